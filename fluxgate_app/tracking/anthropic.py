"""Anthropic's client."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from fluxgate_app.tracking.client import WithContext, track
from fluxgate_app.tracking.prices import LISTED, Prices
from fluxgate_app.tracking.reader import at_work_on, reading
from fluxgate_app.tracking.record import Origin, Owner, Sink, Status, Usage
from fluxgate_app.tracking.usage.anthropic import merged, message_facts, message_usage
from fluxgate_app.tracking.vendor import Answer, Arguments, Method, Vendor, copied

if TYPE_CHECKING:
    from anthropic import Anthropic, AsyncAnthropic

    class TrackedAnthropic(Anthropic, WithContext):
        """What `track_anthropic` returns: the sync client with `with_context`."""

    class TrackedAsyncAnthropic(AsyncAnthropic, WithContext):
        """What `track_anthropic` returns: the async client with `with_context`."""


STATUSES = {
    "end_turn": Status.SUCCESS,
    "stop_sequence": Status.SUCCESS,
    "tool_use": Status.SUCCESS,
    "pause_turn": Status.SUCCESS,
    "max_tokens": Status.MAX_TOKENS,
    "model_context_window_exceeded": Status.MAX_TOKENS,
    "refusal": Status.BLOCKED,
}


class MessageAnswer(Answer):
    """The answer of `messages.create`. `raw` is the usage of `message_start` or of a whole message."""

    __slots__ = ("_later",)

    def __init__(self, keeps_text: bool = False):
        super().__init__(keeps_text)
        self._later: Any = None

    def prompt(self, arguments: Arguments) -> Any:
        # The SDK's own readers say of each argument whether it was given.
        return {name: copied(arguments[name]) for name in ("system", "messages", "tools") if arguments.get(name)}

    def see(self, chunk: Any) -> bool:
        match chunk.type:
            case "content_block_delta":
                self._hear(chunk.delta)
            case "content_block_start":
                self._hear(chunk.content_block)
            case "message_start":
                self.model, self.raw = chunk.message.model, chunk.message.usage
            case "message_delta":
                self._later = chunk.usage or self._later
                if chunk.delta.stop_reason:
                    self.finish(chunk.delta.stop_reason, STATUSES)
            case _:
                pass
        return True

    def read(self, response: Any) -> None:
        self.model, self.raw, self._later = response.model, response.usage, response.usage
        for block in response.content:
            self._hear(block)
        if response.stop_reason:
            self.finish(response.stop_reason, STATUSES)

    def raw_usage(self) -> dict[str, Any] | None:
        start = super().raw_usage()
        if self._later is None or self._later is self.raw:
            return start
        return merged(start or {}, self._later.model_dump(exclude_none=True, mode="json"))

    def captured(self, raw: Mapping[str, Any] | None) -> dict[str, Any]:
        return message_facts(raw or {})

    def usage(self, raw: Mapping[str, Any]) -> Usage:
        counted = message_usage(raw)
        # What `message_start` says of the output is a placeholder.
        return counted if self._later else replace(counted, output_tokens=None)

    def _hear(self, block: Any) -> None:
        match block.type:
            case "text_delta" | "text":
                self.say(block.text)
            case "thinking_delta" | "thinking":
                self.think(block.thinking)
            case "input_json_delta":
                self.think(block.partial_json)
            case "redacted_thinking":
                self.begun = True
            case _:
                self.think(getattr(block, "name", None))


def _streams(arguments: Arguments) -> bool:
    return bool(arguments.get("stream"))


# The SDK's own reader and its `parse` do not ask by `create` but post themselves.
_METHODS = {
    "create": Method("chat", MessageAnswer, _streams),
    "_post": Method("chat", MessageAnswer, _streams, posts=True),
}

VENDOR = Vendor(
    name="anthropic",
    methods={f"{root}messages.{name}": method for root in ("", "beta.") for name, method in _METHODS.items()},
    url=lambda client: str(client.base_url),
    # Of Google's and Amazon's clients some have other credentials.
    api_key=lambda client: getattr(client, "api_key", None),
    renewing=frozenset(("with_options", "copy")),
    helpers={
        "messages.stream": reading,
        "messages.parse": at_work_on,
        "beta.messages.stream": reading,
        "beta.messages.parse": at_work_on,
    },
)


@overload
def track_anthropic(
    client: "Anthropic",
    *,
    sink: Sink | None = None,
    provider: str | None = None,
    origin: Origin = "real",
    owner: Owner = ...,
    prices: Prices = ...,
) -> "TrackedAnthropic": ...
@overload
def track_anthropic(
    client: "AsyncAnthropic",
    *,
    sink: Sink | None = None,
    provider: str | None = None,
    origin: Origin = "real",
    owner: Owner = ...,
    prices: Prices = ...,
) -> "TrackedAsyncAnthropic": ...
def track_anthropic(
    client: Any,
    *,
    sink: Sink | None = None,
    provider: str | None = None,
    origin: Origin = "real",
    owner: Owner = Owner(),  # noqa: B008 - frozen
    prices: Prices = LISTED,
) -> Any:
    """An Anthropic client, sync or async, whose messages are timed, priced and handed to `sink`.

    `provider` names the server where its host does not; `origin` and `owner` go into each event as they are; `prices`
    are asked what a call cost.
    """
    return track(client, VENDOR, sink=sink, provider=provider, origin=origin, owner=owner, prices=prices)
