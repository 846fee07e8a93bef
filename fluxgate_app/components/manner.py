"""How the answers of a conversation are to be written: persona, temperature, length, streaming."""

from typing import Any

import reflex as rx

rx.asset("popover.jsx", shared=True)


class MannerPicker(rx.Component):
    """A button that opens the choices. `manner` is `persona`, `temperature`, `maxTokens`, `streamed`; `personas` names.

    `trouble` says why the last change was not taken.
    """

    library = rx.asset("manner.jsx", shared=True).importable_path
    tag = "MannerPicker"

    manner: rx.Var[dict[str, Any]]
    personas: rx.Var[list[str]]
    trouble: rx.Var[str]
    on_change: rx.EventHandler[rx.event.passthrough_event_spec(dict[str, Any])]


manner_picker = MannerPicker.create
