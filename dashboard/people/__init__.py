"""The page of all people, and that of ignored faces."""
