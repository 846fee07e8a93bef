"""What each vendor's SDK returns, as parts and deltas: one file each."""
