"""Chat as Anthropic does it."""

from typing import TYPE_CHECKING, Any

from fluxgate_app.chat.dialects.dialect import Address, Line, Stream
from fluxgate_app.chat.prompt import Prompt
from fluxgate_app.tracking import track_anthropic

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types import Message, RawMessageStreamEvent

    from fluxgate_app.tracking.anthropic import TrackedAsyncAnthropic

# The vendor requires a limit; this is the highest that every one of its models takes.
MAX_TOKENS = 4096


class AnthropicDialect:
    """`messages`."""

    vendor = "Anthropic"

    def client(self, address: Address) -> "AsyncAnthropic":
        """Without retries of its own, as OpenAI's."""
        from anthropic import AsyncAnthropic

        return AsyncAnthropic(
            base_url=address.base_url, api_key=address.api_key, timeout=address.timeout, max_retries=0
        )

    def tracked(self, client: "AsyncAnthropic", line: Line) -> "TrackedAsyncAnthropic":
        """With every message recorded."""
        return track_anthropic(client, sink=line.sink, provider=line.provider, origin=line.origin, owner=line.owner)

    async def ask(self, client: "AsyncAnthropic", prompt: Prompt) -> list[str]:
        """The text blocks' texts; the first block of all is often thinking."""
        messages: Any = client.messages
        response: Message = await messages.create(**_arguments(prompt))
        return [block.text for block in response.content if block.type == "text"]

    async def stream(self, client: "AsyncAnthropic", prompt: Prompt) -> Stream:
        """The answer in events."""
        messages: Any = client.messages
        return await messages.create(**_arguments(prompt), stream=True)

    def delta(self, chunk: "RawMessageStreamEvent") -> str:
        """Thinking and tool calls are no text."""
        if chunk.type == "content_block_delta" and chunk.delta.type == "text_delta":
            return chunk.delta.text
        return ""

    async def close(self, client: "AsyncAnthropic") -> None:
        """Its connection pool."""
        await client.close()


def _arguments(prompt: Prompt) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "model": prompt.model,
        "messages": [{"role": turn.role, "content": turn.content} for turn in prompt.turns],
        "max_tokens": prompt.max_tokens or MAX_TOKENS,
    }
    if prompt.system:
        arguments["system"] = prompt.system
    if prompt.temperature is not None:
        # The SDK has dropped this argument, as the newest models have; those before still take it.
        arguments["extra_body"] = {"temperature": prompt.temperature}
    return arguments
