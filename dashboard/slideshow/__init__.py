"""The page that plans slideshows and makes them."""
