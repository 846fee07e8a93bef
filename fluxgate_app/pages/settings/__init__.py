"""`/settings`: one's own account and keys, what can be talked to, and for admins everybody and everything else."""

import reflex as rx

from fluxgate_app.pages.settings import (
    alerts,
    budgets,
    keys,
    limits,
    people,
    personas,
    prices,
    profile,
    providers,
    retention,
)


def add_to(app: rx.App) -> None:
    """One address a tab."""
    for tab in (profile, keys, personas, providers, people, prices, budgets, alerts, retention, limits):
        tab.add_to(app)
