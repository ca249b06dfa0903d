"""Photo files: what they show, and what they say about themselves."""
