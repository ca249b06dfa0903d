"""What other programs and other libraries say and are told about faces."""
