"""Who is asking: accounts, login sessions, API keys, limits."""
