"""The room and the library: who has a name by now, and pictures that are kept."""
