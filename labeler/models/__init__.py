"""Weights that installed packages carry, turned into networks that onnxruntime runs."""
