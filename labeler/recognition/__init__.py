"""Who is it, how sure is that, and what to ask next."""
