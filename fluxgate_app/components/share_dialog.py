"""The dialog in which a conversation is shared by link."""

from typing import Any

import reflex as rx

for _part in ("busy.js", "clipboard.js", "copy.jsx"):
    rx.asset(_part, shared=True)


def _lasting(conversation_id: rx.Var[str], days: rx.Var[int]) -> tuple[rx.Var[str], rx.Var[int]]:
    return conversation_id, days


def _one(conversation_id: rx.Var[str], share_id: rx.Var[str]) -> tuple[rx.Var[str], rx.Var[str]]:
    return conversation_id, share_id


class ShareDialog(rx.Component):
    """Open while there is a `conversation`. `links` are `id`, `created_at`, `expires_at`; `path` is a new one's."""

    library = rx.asset("share_dialog.jsx", shared=True).importable_path
    tag = "ShareDialog"

    conversation: rx.Var[str]
    title: rx.Var[str]
    links: rx.Var[list[Any]]
    path: rx.Var[str]
    trouble: rx.Var[str]
    answered: rx.Var[int]
    on_create: rx.EventHandler[_lasting]
    on_withdraw: rx.EventHandler[_one]
    on_close: rx.EventHandler[rx.event.no_args_event_spec]


share_dialog = ShareDialog.create
