"""A prompt as the arguments of each vendor's SDK: one file each."""
