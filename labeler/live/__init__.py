"""Names over what a camera sees at this moment: who is there, who came, who left."""
