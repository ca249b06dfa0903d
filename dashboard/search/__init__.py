"""The search box, and the page of a search."""
