"""The conversations of a person, by day, in the sidebar."""

from typing import Any

import reflex as rx

from fluxgate_app.components import texts

# Its script imports theirs.
NEEDS = (texts,)

for _part in ("ready.js", "search_box.jsx"):
    rx.asset(_part, shared=True)


def _titled(conversation_id: rx.Var[str], title: rx.Var[str]) -> tuple[rx.Var[str], rx.Var[str]]:
    return conversation_id, title


def _shown(conversation_id: rx.Var[str], path: rx.Var[str]) -> tuple[rx.Var[str], rx.Var[str]]:
    return conversation_id, path


def _switched(conversation_id: rx.Var[str], wanted: rx.Var[bool]) -> tuple[rx.Var[str], rx.Var[bool]]:
    return conversation_id, wanted


class Past(rx.Component):
    """The list, with a search above it and a menu for each conversation.

    `days` are groups of `title` and `conversations` (`id`, `title`, `pinned`, `excerpt`, `found`: the message's id),
    `here` is the open one, `undo` the one that was deleted a moment ago (`id`, `title`, `stamp`).
    """

    library = rx.asset("past.jsx", shared=True).importable_path
    tag = "Past"
    lib_dependencies: list[str] = [rx.icon("pin").library or ""]

    days: rx.Var[list[Any]]
    loaded: rx.Var[bool]
    here: rx.Var[str]
    words: rx.Var[str]
    in_archive: rx.Var[bool]
    has_more: rx.Var[bool]
    undo: rx.Var[dict[str, Any]]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_rename: rx.EventHandler[_titled]
    on_pin: rx.EventHandler[_switched]
    on_archive: rx.EventHandler[_switched]
    on_delete: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_share: rx.EventHandler[_shown]
    on_restore: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_show_archive: rx.EventHandler[rx.event.passthrough_event_spec(bool)]
    on_more: rx.EventHandler[rx.event.no_args_event_spec]


past = Past.create
