"""What a person can do: one State a page, same file name as the page."""
