"""Slideshows: their plan, their pictures, their files."""
