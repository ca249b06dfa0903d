"""From pictures to faces and their descriptors."""
