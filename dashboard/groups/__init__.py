"""The page of groups that wait for a name, and of strangers to ignore."""
