"""From descriptors to groups and the map."""
