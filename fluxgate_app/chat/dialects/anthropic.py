"""Chat as Anthropic does it."""

from typing import TYPE_CHECKING, Any

from fluxgate_app.chat.dialects.answers import anthropic as answers
from fluxgate_app.chat.dialects.dialect import Address, Lacks, Line, Reader, Stream
from fluxgate_app.chat.dialects.plain_client import plain
from fluxgate_app.chat.dialects.prompts.anthropic import arguments
from fluxgate_app.chat.parts import Said
from fluxgate_app.chat.prompt import Prompt
from fluxgate_app.tracking import track_anthropic

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types import Message, RawMessageStreamEvent

    from fluxgate_app.tracking.anthropic import TrackedAsyncAnthropic


class AnthropicDialect:
    """`messages`."""

    vendor = "Anthropic"
    lacks: frozenset[Lacks] = frozenset(("json without a schema",))

    def client(self, address: Address) -> "AsyncAnthropic":
        """Without retries of its own, as OpenAI's."""
        from anthropic import AsyncAnthropic, AsyncStream

        make = plain(AsyncAnthropic, AsyncStream, "/v1/messages")
        return make(base_url=address.base_url, api_key=address.api_key, timeout=address.timeout, max_retries=0)

    def tracked(self, client: "AsyncAnthropic", line: Line) -> "TrackedAsyncAnthropic":
        """With every message recorded."""
        return track_anthropic(
            client,
            sink=line.sink,
            provider=line.provider,
            origin=line.origin,
            owner=line.owner,
            prices=line.prices,
        )

    async def ask(self, client: "AsyncAnthropic", prompt: Prompt) -> list[Said]:
        """The parts; the first block of all is often thinking."""
        messages: Any = client.messages
        response: Message = await messages.create(**arguments(prompt))
        return [*answers.parts(response)]

    async def stream(self, client: "AsyncAnthropic", prompt: Prompt) -> Stream:
        """The answer in events."""
        messages: Any = client.messages
        return await messages.create(**arguments(prompt), stream=True)

    def delta(self, chunk: "RawMessageStreamEvent") -> str:
        """Thinking and tool calls are no text."""
        return answers.delta(chunk)

    def reader(self) -> Reader:
        """For one stream."""
        return answers.Reader()

    async def close(self, client: "AsyncAnthropic") -> None:
        """Its connection pool."""
        await client.close()
