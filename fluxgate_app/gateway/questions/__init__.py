"""What a client asks, in each vendor's form, as a question to any other vendor: one file each."""
