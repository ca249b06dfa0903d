"""The page of one photo."""
