"""What holds the pages: the server and who is let in, the frame, long jobs, what is shown."""
