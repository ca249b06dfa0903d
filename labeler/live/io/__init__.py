"""Where the pictures come from, and the networks that look at them."""
