"""How an answer's stream is written: one small file a format, all over the same deltas."""

from fluxgate_app.api.stream_formats.content_events import ContentEvents
from fluxgate_app.api.stream_formats.format import StreamFormat
from fluxgate_app.api.stream_formats.plain_text import PlainText
from fluxgate_app.api.stream_formats.typed_events import TypedEvents
from fluxgate_app.api.stream_formats.ui_messages import UiMessages

__all__ = ["ContentEvents", "PlainText", "StreamFormat", "TypedEvents", "UiMessages"]
