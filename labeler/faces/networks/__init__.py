"""Weights that installed packages or users bring, turned into networks that run."""
