"""A call to a vendor that does not speak the client's form: its text goes through our own completions."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Self

from pydantic_core import to_json

from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.completion_stream import CompletionStream
from fluxgate_app.errors import FluxGateError, Invalid
from fluxgate_app.gateway.asked import Asked, Reply
from fluxgate_app.gateway.forms import Form
from fluxgate_app.gateway.question import read_question
from fluxgate_app.gateway.responses_request import as_chat_completion
from fluxgate_app.gateway.routes import CHAT_COMPLETIONS, MESSAGES, RESPONSES
from fluxgate_app.gateway.words import WORDS, ResponsesWords, Words
from fluxgate_app.providers.catalogue import Model


async def translate(completions: Completions, asked: Asked, model: Model) -> Reply:
    """The answer in the words of the client's vendor. Raises Invalid, and ProviderFailed before the first text."""
    if asked.route is RESPONSES:
        chat = replace(asked, route=CHAT_COMPLETIONS, body=as_chat_completion(asked.body))
        question, words = read_question(chat), ResponsesWords(asked.body)
    elif asked.route in (CHAT_COMPLETIONS, MESSAGES):
        question, words = read_question(asked), WORDS[asked.route.form.dialect](asked.body)
    else:
        raise Invalid(f"'{model.name}' does not answer at {asked.route.path}")
    if not asked.body.get("stream"):
        answer = await completions.complete(question, model)
        tracking = answer.tracking
        said = words.whole(tracking.tracking_id, answer.content, tracking.status, answer.usage)
        return Reply(200, {"content-type": "application/json"}, tracking.tracking_id, to_json(said))
    stream = completions.stream(question, model)
    await stream.open()
    given = {"content-type": "text/event-stream; charset=utf-8"}
    return Reply(200, given, stream.tracking_id, stream=TranslatedStream(stream, words, asked.route.form))


class TranslatedStream:
    """A stream of text in a vendor's words; one that breaks ends with that vendor's error event."""

    def __init__(self, stream: CompletionStream[str], words: Words, form: Form):
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


async def _written(stream: CompletionStream[str], words: Words, form: Form) -> AsyncGenerator[bytes]:
    yield words.opening(stream.tracking_id or "")
    try:
        async for text in stream:
            if text:
                yield words.piece(text)
    except FluxGateError as error:
        yield form.error_event(error.status, error.message)
        return
    tracking = stream.tracking
    assert tracking is not None  # What is not recorded raises.
    yield words.closing(tracking.status, tracking.usage)
