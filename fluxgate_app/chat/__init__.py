"""A question in a conversation becomes a running generation that anyone may follow or stop."""
