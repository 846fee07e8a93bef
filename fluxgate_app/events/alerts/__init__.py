"""Alerts: looked for now and then, told once, sent to a webhook until it has them."""
