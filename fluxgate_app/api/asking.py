"""What all chat routes do with a body: a question, valid and counted, and the stream that answers it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request

from fluxgate_app.accounts.identity import Identity
from fluxgate_app.api.answer_stream import AnswerStream
from fluxgate_app.api.chat_body import label, read_chat
from fluxgate_app.api.deps import take, wants_ui_messages
from fluxgate_app.api.document import EVENT, EVENTS, STRING, TEXT, TRACKED, answers
from fluxgate_app.api.stream_formats import StreamFormat, UiMessages
from fluxgate_app.chat import personas
from fluxgate_app.chat.follower import Follower
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.models.ids import new_id
from fluxgate_app.providers.catalogue import Model
from fluxgate_app.wiring import Wiring

# What the AI SDK sends beside the question, for the protocol's sake.
_PROTOCOL = ("id", "trigger", "messageId")
# How a route answers that asks a model, when it does not succeed: by our limit, by the provider, for want of a key.
STREAMS = {TEXT: STRING, EVENTS: EVENT}
REFUSALS = (400, 401, 429, 500, 503)


def answered(*streams: str, refusals: Sequence[int] = ()) -> dict[str, Any]:
    """For `openapi_extra`: a model's answer, in these media types beside the JSON of its model."""
    return answers(*REFUSALS, *refusals, content={kind: STREAMS[kind] for kind in streams}, headers=TRACKED)


def resumed(*refusals: int) -> dict[str, Any]:
    """For `openapi_extra`: an answer that was asked for before; 204 when there is none."""
    return answers(204, *refusals, content={EVENTS: EVENT}, headers=TRACKED[:1])


def read(request: Request, wiring: Wiring, identity: Identity, body: dict[str, Any]) -> ChatRequest:
    """The question of this body; the header X-Session-Id fills `sessionId`. Raises Invalid."""
    session_id = body.get("sessionId")
    given = body | {"sessionId": request.headers.get("x-session-id") if session_id is None else session_id}
    return read_chat(given, identity, wiring.settings.max_message_chars)


async def ask(request: Request, wiring: Wiring, identity: Identity, body: dict[str, Any]) -> tuple[ChatRequest, Model]:
    """The question and who shall answer it, once both are known to be valid and are counted against the limit."""
    asked = read(request, wiring, identity, body)
    model = await wiring.completions.choose(asked.model, asked.provider, identity.models)
    await take(request, wiring, identity)
    if asked.persona is not None:
        prompt = await wiring.db.read(personas.prompt_of, identity.account_id, asked.persona)
        asked = replace(asked, instructions=prompt)
    return asked, model


async def stream(
    request: Request, wiring: Wiring, identity: Identity, body: dict[str, Any], form: StreamFormat
) -> AnswerStream:
    """The answer to this body in this form, unless a header wants UI messages; stopped when the client leaves."""
    if wants_ui_messages(request):
        return await ui_messages(request, wiring, identity, body)
    asked, model = await ask(request, wiring, identity, body)
    return AnswerStream(request, wiring.completions.stream(asked, model), form)


async def ui_messages(request: Request, wiring: Wiring, identity: Identity, body: dict[str, Any]) -> AnswerStream:
    """The answer as a UI message stream: it goes on when the client leaves, kept under the body's `id`.

    Without an `id` nobody could come back to it, so it is stopped then.
    """
    chat_id = label(body, "id")
    about = {name: value for name, value in body.items() if name not in _PROTOCOL}
    asked, model = await ask(request, wiring, identity, {"conversationId": chat_id} | about)
    writing = wiring.kept_answers.start(identity.account_id, chat_id or new_id("chat"), asked, model)
    return AnswerStream(request, Follower(writing, stops=chat_id is None), UiMessages(writing.message_id))
