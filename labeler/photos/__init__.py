"""From photo files to pixels and facts: what they show, and what they say about themselves."""
