"""The steps that join the room with the library: read → compute → write."""
