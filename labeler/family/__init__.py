"""Who takes after whom, who looks like whom, and whether two faces are one person."""
