"""The pages about faces on photos that somebody drops on them."""
