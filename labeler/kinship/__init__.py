"""Who takes after whom, and how sure one can be of it: pure functions on descriptors and names."""
