"""The page of all decisions, each of which can be taken back."""
