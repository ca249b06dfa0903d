"""What is done for a library whose file is damaged, lost, or was put back."""
