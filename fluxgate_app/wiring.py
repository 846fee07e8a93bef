"""Build the long-lived objects from Settings, once: the one place where a test replaces them."""
