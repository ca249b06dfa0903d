"""The pages of the documentation that are made from the code, and what looks after the others."""
