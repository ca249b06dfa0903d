"""What several pages are made of, and what buttons do wherever they are."""
