"""What a person sees: one module a route, no logic."""
