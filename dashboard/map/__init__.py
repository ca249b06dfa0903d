"""The map: every face a point, look-alikes close together."""
