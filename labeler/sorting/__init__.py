"""Photos into folders by who is on them, so that each step can be taken back."""
