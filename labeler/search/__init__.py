"""From a line of text to photos: its grammar, times, places, and what photos show."""
