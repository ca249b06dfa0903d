"""How good it is, as numbers."""
