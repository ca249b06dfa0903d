"""What was found and how good it is, as pages and plots."""
