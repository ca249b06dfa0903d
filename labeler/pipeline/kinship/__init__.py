"""Kin as the user enters them, and who takes after whom."""
