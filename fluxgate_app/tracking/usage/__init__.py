"""Turn what each vendor says was used into one kind of token counts."""
