"""Names in from other programs and out to them, backups, restoring: library meets files."""
