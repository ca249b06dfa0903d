"""What reads and writes files, or runs networks; it knows no library."""
