"""Which inhabited place a photo was taken at: from degrees to names, without a network."""
