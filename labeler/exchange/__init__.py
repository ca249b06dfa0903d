"""Names and faces as other programs read and write them, and backups of them."""
