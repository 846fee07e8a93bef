"""Answers in exact JSON."""

from typing import Any

from fastapi import Response

from fluxgate_app.events.exact_json import json_text


class JsonAnswer(Response):
    """An answer in this JSON."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body's bytes."""
        return json_text(content).encode()
