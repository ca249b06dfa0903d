"""From pixels to faces: detect, align, embed."""
