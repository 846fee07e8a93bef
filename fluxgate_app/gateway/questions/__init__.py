"""What a client asks, in each vendor's form, as a question to any other vendor: one file each.

None has a system prompt of ours: a program gets what it asked for.
"""
