"""Ids that say what they name and sort by the time they were made."""

from fluxgate_app.ulids import new_ulid


def new_id(kind: str) -> str:
    """A fresh id such as `conv_01JD…`: 48 bits of time, 80 of chance."""
    return f"{kind}_{new_ulid()}"
