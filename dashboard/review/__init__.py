"""The page of questions: one at a time, the most rewarding first."""
