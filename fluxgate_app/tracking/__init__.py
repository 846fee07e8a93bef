"""Measure every call: time it, price it, record how it ended."""
