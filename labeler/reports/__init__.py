"""How good it is, as numbers, plots and pages."""
