"""Files, sound and video, installed packages, processes: what every room needs of the computer."""
