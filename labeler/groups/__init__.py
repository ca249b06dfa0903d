"""Faces that look alike: the neighbour graph, the groups, the map."""
