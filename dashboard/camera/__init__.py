"""Names over the picture of the browser's camera."""
