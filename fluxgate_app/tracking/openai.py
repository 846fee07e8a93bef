"""OpenAI's client, and every server that speaks as OpenAI does."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, overload

from fluxgate_app.tracking.client import WithContext, track
from fluxgate_app.tracking.prices import LISTED, Prices
from fluxgate_app.tracking.reader import at_work_on, reading
from fluxgate_app.tracking.record import Origin, Owner, Sink, Status, Usage
from fluxgate_app.tracking.responses import ResponseAnswer
from fluxgate_app.tracking.usage.counts import Raw, objects, part
from fluxgate_app.tracking.usage.estimate import texts
from fluxgate_app.tracking.usage.openai import chat_usage, embedding_usage
from fluxgate_app.tracking.vendor import Answer, Arguments, Method, Vendor, Whole, copied

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

    class TrackedOpenAI(OpenAI, WithContext):
        """What `track_openai` returns: the sync client with `with_context`."""

    class TrackedAsyncOpenAI(AsyncOpenAI, WithContext):
        """What `track_openai` returns: the async client with `with_context`."""


STATUSES = {
    "stop": Status.SUCCESS,
    "tool_calls": Status.SUCCESS,
    "function_call": Status.SUCCESS,
    "length": Status.MAX_TOKENS,
    "content_filter": Status.CONTENT_FILTER,
}
# Hosts that refused to be asked for usage; they are not asked again.
_refusing: set[str | None] = set()


class ChatAnswer(Answer):
    """The answer of `chat.completions.create`."""

    __slots__ = ("_hides_usage", "_host")

    def request(self, arguments: Arguments, host: str | None, streamed: bool) -> Arguments:
        self._host = host
        extra = part(arguments, "extra_body")
        options = part(_given(arguments), "stream_options")
        self._hides_usage = streamed and "include_usage" not in options and host not in _refusing
        if not self._hides_usage:
            return arguments
        wanted = {"stream_options": {**options, "include_usage": True}}
        return {**arguments, **({"extra_body": {**extra, **wanted}} if "stream_options" in extra else wanted)}

    def asked_too_much(self, error: Exception) -> bool:
        said = str(error)
        refused = getattr(error, "status_code", None) in (400, 422) and (
            "stream_options" in said or "include_usage" in said
        )
        if not (self._hides_usage and refused):
            return False
        _refusing.add(self._host)
        self._hides_usage = False
        return True

    def prompt(self, arguments: Arguments) -> Any:
        # The SDK's own readers say of each argument whether it was given.
        given = _given(arguments)
        return {name: copied(given[name]) for name in ("messages", "tools") if given.get(name)}

    def see(self, chunk: Any) -> bool:
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self.raw, self.tier = usage, getattr(chunk, "service_tier", None)
        choices = getattr(chunk, "choices", None)
        if not choices:
            # The extra last chunk that `include_usage` brings is not for a caller who did not ask for it.
            return usage is None or not self._hides_usage
        self._take(chunk.model, choices, "delta")
        return True

    def read(self, response: Any) -> None:
        self.raw, self.tier = response.usage, getattr(response, "service_tier", None)
        self._take(response.model, response.choices, "message")

    def usage(self, raw: Mapping[str, Any]) -> Usage:
        return chat_usage(raw)

    def _take(self, model: str | None, choices: list[Any], part: str) -> None:
        if model:
            self.model = model
        for choice in choices:
            message = getattr(choice, part, None)
            if message is not None:
                self._hear(message)
            if choice.finish_reason:
                self.finish(choice.finish_reason, STATUSES)

    def _hear(self, message: Any) -> None:
        content: Any = message.content
        if isinstance(content, list):
            self._hear_parts(objects(content))  # pyright: ignore[reportUnknownArgumentType]
        else:
            self.say(content)
        if message.refusal:
            self.say(message.refusal)
        for called in message.tool_calls or ():
            self._call(getattr(called, "function", None) or getattr(called, "custom", None))
        if message.function_call:
            self._call(message.function_call)
        if message.audio:
            self.begun = True
            self.think(message.audio.transcript)
        if extra := message.model_extra:
            reasoning = extra.get("reasoning_content") or extra.get("reasoning")
            self.think(reasoning if isinstance(reasoning, str) else None)

    def _hear_parts(self, parts: list[Raw]) -> None:
        """Content as Mistral's servers send it, thoughts and text in parts."""
        for one in parts:
            text = "".join(texts(one))
            if one.get("type") == "thinking":
                self.think(text)
            else:
                self.say(text)

    def _call(self, function: Any) -> None:
        for name in ("name", "arguments", "input"):
            self.think(getattr(function, name, None))


def _given(arguments: Arguments) -> Arguments:
    """What the SDK will send: what is given in its `extra_body` comes before its arguments."""
    return {**arguments, **part(arguments, "extra_body")}


class CompletionAnswer(ChatAnswer):
    """The answer of the legacy `completions.create`, whose choices are text."""

    __slots__ = ()

    def prompt(self, arguments: Arguments) -> Any:
        return {name: copied(arguments[name]) for name in ("prompt", "suffix") if arguments.get(name)}

    def _take(self, model: str | None, choices: list[Any], part: str) -> None:
        super()._take(model, choices, part)
        for choice in choices:
            self.say(choice.text)


class EmbeddingAnswer(Whole):
    """The answer of `embeddings.create`."""

    __slots__ = ()

    def prompt(self, arguments: Arguments) -> Any:
        return {"input": copied(arguments.get("input"))}

    def read(self, response: Any) -> None:
        self.model, self.raw = response.model, response.usage
        if response.data:
            self.status = Status.SUCCESS

    def usage(self, raw: Mapping[str, Any]) -> Usage:
        return embedding_usage(raw)


def _streams(arguments: Arguments) -> bool:
    return bool(arguments.get("stream"))


VENDOR = Vendor(
    name="openai",
    methods={
        "chat.completions.create": Method("chat", ChatAnswer, _streams),
        "chat.completions._post": Method("chat", ChatAnswer, _streams, posts=True),
        "responses.create": Method("response", ResponseAnswer, _streams),
        "responses._post": Method("response", ResponseAnswer, _streams, posts=True),
        "completions.create": Method("completion", CompletionAnswer, _streams),
        "embeddings.create": Method("embedding", EmbeddingAnswer, lambda arguments: False),
    },
    url=lambda client: str(client.base_url),
    api_key=lambda client: client.api_key,
    renewing=frozenset(("with_options", "copy")),
    helpers={
        "chat.completions.stream": reading,
        "chat.completions.parse": at_work_on,
        "responses.stream": reading,
        "responses.parse": at_work_on,
    },
)


@overload
def track_openai(
    client: "OpenAI",
    *,
    sink: Sink | None = None,
    provider: str | None = None,
    origin: Origin = "real",
    owner: Owner = ...,
    prices: Prices = ...,
) -> "TrackedOpenAI": ...
@overload
def track_openai(
    client: "AsyncOpenAI",
    *,
    sink: Sink | None = None,
    provider: str | None = None,
    origin: Origin = "real",
    owner: Owner = ...,
    prices: Prices = ...,
) -> "TrackedAsyncOpenAI": ...
def track_openai(
    client: Any,
    *,
    sink: Sink | None = None,
    provider: str | None = None,
    origin: Origin = "real",
    owner: Owner = Owner(),  # noqa: B008 - frozen
    prices: Prices = LISTED,
) -> Any:
    """An OpenAI client, sync or async, whose chat completions, responses and embeddings are tracked.

    They are timed, priced and handed to `sink`. `provider` names the server where its host does not; `origin` and
    `owner` go into each event as they are; `prices` are asked what a call cost.
    """
    return track(client, VENDOR, sink=sink, provider=provider, origin=origin, owner=owner, prices=prices)
