"""Sort new photos by the people on them, step by step."""
