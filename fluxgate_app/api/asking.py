"""What all chat routes do with a body: a question, valid and counted, and the stream that answers it."""

from typing import Any

from fastapi import Request

from fluxgate_app.accounts.identity import Identity
from fluxgate_app.api.answer_stream import AnswerStream
from fluxgate_app.api.chat_body import read_chat
from fluxgate_app.api.deps import take
from fluxgate_app.api.stream_formats import StreamFormat
from fluxgate_app.chat.completion import ChatRequest
from fluxgate_app.providers.catalogue import Model
from fluxgate_app.wiring import Wiring


def read(request: Request, wiring: Wiring, identity: Identity, body: dict[str, Any]) -> ChatRequest:
    """The question of this body; the header X-Session-Id fills `sessionId`. Raises Invalid."""
    session_id = body.get("sessionId")
    given = body | {"sessionId": request.headers.get("x-session-id") if session_id is None else session_id}
    return read_chat(given, identity, wiring.settings.max_message_chars)


async def ask(request: Request, wiring: Wiring, identity: Identity, body: dict[str, Any]) -> tuple[ChatRequest, Model]:
    """The question and who shall answer it, once both are known to be valid and are counted against the limit."""
    asked = read(request, wiring, identity, body)
    model = await wiring.completions.choose(asked.model, asked.provider)
    take(request, wiring, identity)
    return asked, model


async def stream(
    request: Request, wiring: Wiring, identity: Identity, body: dict[str, Any], form: StreamFormat
) -> AnswerStream:
    """The answer to this body in this form; it is stopped when the client leaves."""
    asked, model = await ask(request, wiring, identity, body)
    return AnswerStream(request, wiring.completions.stream(asked, model), form)
