"""Where photos go, how they get there and back."""
