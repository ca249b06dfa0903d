"""The pages of the dashboard. Each module makes components out of a snapshot; none reads files."""
