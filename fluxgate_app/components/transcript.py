"""The open conversation: messages kept in the browser, drawn in blocks, fed with what changed."""

from typing import Any

import reflex as rx

from fluxgate_app.components import texts

# Its scripts import theirs.
NEEDS = (texts,)

for _part in (
    "attachments.jsx",
    "message_actions.jsx",
    "endings.jsx",
    "edits.js",
    "following.js",
    "blocks.js",
    "clipboard.js",
    "copy.jsx",
    "countdown.js",
    "messages.js",
    "markdown.jsx",
    "maths.js",
    "highlighting.js",
    "window.js",
    "popover.jsx",
    "opinion.jsx",
    "question.jsx",
):
    rx.asset(_part, shared=True)


def _reworded(text: rx.Var[str], message_id: rx.Var[str]) -> tuple[rx.Var[str], rx.Var[str]]:
    return text, message_id


def _rated(
    message_id: rx.Var[str], verdict: rx.Var[str], reason: rx.Var[str]
) -> tuple[rx.Var[str], rx.Var[str], rx.Var[str]]:
    return message_id, verdict, reason


class Transcript(rx.NoSSRComponent):
    """All messages of a conversation. `messages.js` says what `feed` and `piece` look like."""

    library = rx.asset("transcript.jsx", shared=True).importable_path
    tag = "Transcript"
    lib_dependencies: list[str] = [
        "react-markdown@10.1.0",
        "remark-gfm@4.0.1",
        "remark-math@6.0.0",
        "rehype-katex@7.0.1",
        "lowlight@3.3.0",
        rx.icon("copy").library or "",
    ]

    feed: rx.Var[dict[str, Any]]
    piece: rx.Var[dict[str, Any]]
    trouble: rx.Var[Any]
    welcome: rx.Var[str]
    on_gap: rx.EventHandler[rx.event.passthrough_event_spec(int)]
    on_retry: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_go_on: rx.EventHandler[rx.event.no_args_event_spec]
    on_edit: rx.EventHandler[_reworded]
    on_look_at: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_rate: rx.EventHandler[_rated]
    on_remove: rx.EventHandler[rx.event.passthrough_event_spec(str)]


transcript = Transcript.create
