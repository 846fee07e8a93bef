"""A call to a vendor that does not speak the client's form: it goes through our own completions."""

from collections.abc import AsyncGenerator, Callable
from typing import Self

from pydantic_core import to_json

from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.completion_stream import CompletionStream
from fluxgate_app.chat.parts import Delta
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.errors import FluxGateError, Invalid
from fluxgate_app.gateway.asked import Asked, Reply
from fluxgate_app.gateway.forms import Form
from fluxgate_app.gateway.questions import anthropic, openai, responses
from fluxgate_app.gateway.routes import CHAT_COMPLETIONS, MESSAGES, RESPONSES
from fluxgate_app.gateway.words import AnthropicWords, OpenAIWords, ResponsesWords, Words
from fluxgate_app.providers.catalogue import Model

# How each route's requests are read, and its answers written.
_TRANSLATED: dict[str, tuple[Callable[[Asked, Model], ChatRequest], type[Words]]] = {
    CHAT_COMPLETIONS.path: (openai.read, OpenAIWords),
    RESPONSES.path: (responses.read, ResponsesWords),
    MESSAGES.path: (anthropic.read, AnthropicWords),
}


async def translate(completions: Completions, asked: Asked, model: Model) -> Reply:
    """The answer in the words of the client's vendor. Raises Invalid, and ProviderFailed before the first delta."""
    if asked.route.path not in _TRANSLATED:
        raise Invalid(f"'{model.name}' does not answer at {asked.route.path}")
    read, answered = _TRANSLATED[asked.route.path]
    question, words = read(asked, model), answered(asked.body)
    if not asked.body.get("stream"):
        answer = await completions.complete(question, model)
        given = {"content-type": "application/json"}
        return Reply(200, given, answer.tracking.tracking_id, to_json(words.whole(answer)))
    stream = completions.stream_all(question, model)
    await stream.open()
    given = {"content-type": "text/event-stream; charset=utf-8"}
    return Reply(200, given, stream.tracking_id, stream=TranslatedStream(stream, words, asked.route.form))


class TranslatedStream:
    """An answer in a vendor's words as it comes; one that breaks ends with that vendor's error event."""

    def __init__(self, stream: CompletionStream[Delta], words: Words, form: Form):
        self._stream = stream
        self._written = _written(stream, words, form)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        return await anext(self._written)

    async def aclose(self) -> None:
        """Stop the vendor."""
        await self._written.aclose()
        await self._stream.aclose()


async def _written(stream: CompletionStream[Delta], words: Words, form: Form) -> AsyncGenerator[bytes]:
    yield words.opening(stream.tracking_id or "")
    try:
        async for delta in stream:
            if piece := words.piece(delta):
                yield piece
    except FluxGateError as error:
        yield form.error_event(error.status, error.message)
        return
    tracking = stream.tracking
    assert tracking is not None  # What is not recorded raises.
    yield words.closing(tracking.status, tracking.usage)
