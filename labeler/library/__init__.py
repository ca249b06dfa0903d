"""The library's file. Its only SQL."""
