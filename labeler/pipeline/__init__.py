"""The steps that join the pure modules with the library: read → compute → write."""
