"""Who the faces are: what the user said, and what follows from it for other faces."""
