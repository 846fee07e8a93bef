"""What a program can do: FastAPI routes, one module a noun."""
