"""What is kept of prompts and answers (`FLUXGATE_CONTENT_LOGGING`)."""

from dataclasses import replace
from typing import Literal

from fluxgate_app.events.redact import redacted
from fluxgate_app.tracking.record import CallEnd

ContentLogging = Literal["off", "redact", "full"]


def allowed(end: CallEnd, logging: ContentLogging) -> CallEnd:
    """The same end with as much of its texts as may be kept."""
    if end.prompt is None and end.answer is None:
        return end
    if logging == "off":
        return replace(end, prompt=None, answer=None)
    if logging == "full":
        return end
    prompt, answer = (text and redacted(text) for text in (end.prompt, end.answer))
    return replace(end, prompt=prompt, answer=answer)
