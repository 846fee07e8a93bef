"""Google's Gemini client."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fluxgate_app.tracking.chats import chatting, config_of, each_request, each_streamed_request
from fluxgate_app.tracking.client import WithContext, track
from fluxgate_app.tracking.prices import LISTED, Prices
from fluxgate_app.tracking.record import Origin, Owner, Sink, Status, Usage
from fluxgate_app.tracking.usage.gemini import embed_usage, generate_facts, generate_usage
from fluxgate_app.tracking.vendor import Answer, Arguments, Method, Vendor, Whole, copied

if TYPE_CHECKING:
    from google.genai import Client as Gemini

    class TrackedGemini(Gemini, WithContext):
        """What `track_gemini` returns: the client with `with_context`."""


_BLOCKED = ("SAFETY", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY")
STATUSES = {
    "STOP": Status.SUCCESS,
    "MAX_TOKENS": Status.MAX_TOKENS,
    "RECITATION": Status.RECITATION,
    "LANGUAGE": Status.CONTENT_FILTER,
    "MALFORMED_FUNCTION_CALL": Status.MALFORMED_REQUEST,
    **dict.fromkeys(_BLOCKED, Status.BLOCKED),
}


class GenerateAnswer(Answer):
    """The answer of `generate_content`; each chunk of a stream has the form of a whole response."""

    __slots__ = ("_queries",)

    def __init__(self, keeps_text: bool = False):
        super().__init__(keeps_text)
        self._queries: frozenset[str] = frozenset()

    def captured(self, raw: Mapping[str, Any] | None) -> dict[str, Any]:
        return generate_facts(raw or {}, self.model or "", self._queries)

    def prompt(self, arguments: Arguments) -> Any:
        prompt = {"contents": copied(arguments.get("contents"))}
        config = config_of(arguments)
        return prompt | {name: copied(config[name]) for name in ("system_instruction", "tools") if config.get(name)}

    def see(self, chunk: Any) -> bool:
        # Cumulative: the last one counts, and is never added to those before.
        if chunk.usage_metadata is not None:
            self.raw = chunk.usage_metadata
        if chunk.model_version:
            self.model = chunk.model_version
        for candidate in chunk.candidates or ():
            content = candidate.content
            for piece in (content and content.parts) or ():
                self._hear(piece)
            if candidate.grounding_metadata:
                self._queries |= frozenset(candidate.grounding_metadata.web_search_queries or ())
            if candidate.finish_reason:
                self.finish(candidate.finish_reason.value, STATUSES)
        feedback = chunk.prompt_feedback
        if feedback and feedback.block_reason:
            self.finish(feedback.block_reason.value, {feedback.block_reason.value: Status.BLOCKED})
        return True

    def read(self, response: Any) -> None:
        self.see(response)

    def raw_usage(self) -> dict[str, Any] | None:
        return self.raw and _plain(self.raw)

    def usage(self, raw: Mapping[str, Any]) -> Usage:
        return generate_usage(raw)

    def _hear(self, part: Any) -> None:
        if part.text:
            if part.thought:
                self.think(part.text)
            else:
                self.say(part.text)
        elif part.function_call:
            self.think(part.function_call.name)
            self.think(str(part.function_call.args or ""))
        elif part.executable_code:
            self.think(part.executable_code.code)
        elif part.inline_data or part.code_execution_result:
            self.begun = True


class EmbedAnswer(Whole):
    """The answer of `embed_content`. It is counted as a whole, or at each vector, or not at all."""

    __slots__ = ()

    def prompt(self, arguments: Arguments) -> Any:
        return {"contents": copied(arguments.get("contents"))}

    def read(self, response: Any) -> None:
        self.raw = response
        if response.embeddings:
            self.status = Status.SUCCESS

    def raw_usage(self) -> dict[str, Any] | None:
        if self.raw is None:
            return None
        if self.raw.usage_metadata is not None:
            return _plain(self.raw.usage_metadata)
        counted = [_plain(one.statistics) for one in self.raw.embeddings or () if one.statistics is not None]
        return {"statistics": counted} if counted else None

    def usage(self, raw: Mapping[str, Any]) -> Usage:
        return embed_usage(raw)


def _plain(told: Any) -> dict[str, Any]:
    return told.model_dump(by_alias=True, exclude_none=True, mode="json")


async def _hang_up(stream: Any) -> None:
    """Close an async generator of the SDK and the connection behind it.

    Its own `aclose` leaves the connection open until the garbage is collected; a pull that is cancelled while it waits
    for the network closes it. Before it waits, a pull may give chunks that have already come.
    """
    while True:
        pull = asyncio.ensure_future(stream.__anext__())
        await asyncio.sleep(0)
        pull.cancel()
        await asyncio.wait([pull])
        if pull.cancelled() or pull.exception():
            break
    await stream.aclose()


_PLAIN = Method("chat", GenerateAnswer, lambda _: False)
# Sync and async only make a generator; the request leaves when that is first pulled.
_STREAM = Method("chat", GenerateAnswer, lambda _: True, lazy=True, hang_up=_hang_up)
_METHODS = {
    "generate_content": replace(_PLAIN, several=each_request),
    "generate_content_stream": replace(_STREAM, several=each_streamed_request),
    # What those ask by, once for each time that the model wants functions called.
    "_generate_content_with_continuation": _PLAIN,
    "_generate_content_stream_with_continuation": _STREAM,
    "embed_content": Method("embedding", EmbedAnswer, lambda _: False),
}

VENDOR = Vendor(
    name="google",
    methods={f"{root}models.{name}": method for root in ("", "aio.") for name, method in _METHODS.items()},
    helpers={"chats.create": chatting, "aio.chats.create": chatting},
    aliases={"chats._modules": "models", "aio.chats._modules": "aio.models"},
    url=lambda client: client._api_client._http_options.base_url or "",
    api_key=lambda client: client._api_client.api_key,
)


def track_gemini(
    client: "Gemini",
    *,
    sink: Sink | None = None,
    provider: str | None = None,
    origin: Origin = "real",
    owner: Owner = Owner(),  # noqa: B008 - frozen
    prices: Prices = LISTED,
) -> "TrackedGemini":
    """A Gemini client whose generated content (also under `aio`) is timed, priced and handed to `sink`.

    `provider` names the server where its host does not; `origin` and `owner` go into each event as they are; `prices`
    are asked what a call cost.
    """
    return track(client, VENDOR, sink=sink, provider=provider, origin=origin, owner=owner, prices=prices)
