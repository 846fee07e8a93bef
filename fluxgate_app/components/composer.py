"""Where a question is written, sent and stopped."""

import reflex as rx

from fluxgate_app.components import texts, transcript

# Its script imports theirs.
NEEDS = (texts, transcript)

for _part in ("countdown.js", "drafts.js", "ready.js"):
    rx.asset(_part, shared=True)


def _sent(text: rx.Var[str], files: rx.Var[list[str]]) -> tuple[rx.Var[str], rx.Var[list[str]]]:
    return text, files


class Composer(rx.Component):
    """A growing field with Send or Stop; its children stand at the left of the button.

    `account` is whose drafts these are, "" until that is known. `place` is the address for which the server has opened
    `conversation`; elsewhere nothing can be sent yet. `accepted` and `refused` count what the server took and refused:
    the text is cleared or given back. `most` is the longest message in code points, `allowance` is {limit, remaining,
    seconds, stamp}, `budget` is {left, limit, period}, empty without one. `suggested` are questions to begin an empty
    conversation with.
    """

    library = rx.asset("composer.jsx", shared=True).importable_path
    tag = "Composer"
    lib_dependencies: list[str] = [rx.icon("paperclip").library or ""]

    account: rx.Var[str]
    place: rx.Var[str]
    conversation: rx.Var[str]
    placeholder: rx.Var[str]
    suggested: rx.Var[list[str]]
    most: rx.Var[int]
    running: rx.Var[bool]
    accepted: rx.Var[int]
    refused: rx.Var[int]
    allowance: rx.Var[dict[str, int]]
    budget: rx.Var[dict[str, str]]
    note: rx.Var[str]
    on_send: rx.EventHandler[_sent]
    on_stop: rx.EventHandler[rx.event.no_args_event_spec]


composer = Composer.create
