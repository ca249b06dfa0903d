"""Who is on screen in videos, how long, and with whom: tables, scenes, cuts."""
