"""Budgets: what may be spent, held back before a call, counted when the call is stored."""
