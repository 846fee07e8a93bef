"""Chat as OpenAI does it, and every server that speaks the same."""

from typing import TYPE_CHECKING, Any

from fluxgate_app.chat.dialects.answers import openai as answers
from fluxgate_app.chat.dialects.dialect import Address, Lacks, Line, Reader, Stream
from fluxgate_app.chat.dialects.plain_client import plain
from fluxgate_app.chat.dialects.prompts.openai import arguments
from fluxgate_app.chat.parts import Said
from fluxgate_app.chat.prompt import Prompt
from fluxgate_app.tracking import track_openai

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import CreateEmbeddingResponse
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

    from fluxgate_app.tracking.openai import TrackedAsyncOpenAI


class OpenAIDialect:
    """`chat.completions`."""

    vendor = "OpenAI"
    lacks: frozenset[Lacks] = frozenset()

    def client(self, address: Address) -> "AsyncOpenAI":
        """The SDK's own retries are off: a refused call is a row of its own, and a person sees why at once."""
        from openai import AsyncOpenAI, AsyncStream

        make = plain(AsyncOpenAI, AsyncStream, "/chat/completions")
        client = make(base_url=address.base_url, api_key=address.api_key, timeout=address.timeout, max_retries=0)
        # Imports this part of the SDK now, in the thread that makes clients, and not while others are being answered.
        _ = client.chat.completions
        return client

    def tracked(self, client: "AsyncOpenAI", line: Line) -> "TrackedAsyncOpenAI":
        """With every chat completion and embedding recorded."""
        return track_openai(
            client,
            sink=line.sink,
            provider=line.provider,
            origin=line.origin,
            owner=line.owner,
            prices=line.prices,
        )

    async def ask(self, client: "AsyncOpenAI", prompt: Prompt) -> list[Said]:
        """The parts; a refusal is text as well."""
        completions: Any = client.chat.completions
        response: ChatCompletion = await completions.create(**_as_it_is(arguments(prompt, client.base_url.host)))
        return [*answers.parts(response)]

    async def stream(self, client: "AsyncOpenAI", prompt: Prompt) -> Stream:
        """The answer in chunks."""
        completions: Any = client.chat.completions
        return await completions.create(**_as_it_is(arguments(prompt, client.base_url.host)), stream=True)

    def delta(self, chunk: "ChatCompletionChunk") -> str:
        """Some chunks have no choice, some choices no text."""
        return answers.delta(chunk)

    def reader(self) -> Reader:
        """For one stream."""
        return answers.Reader()

    async def embed(self, client: "AsyncOpenAI", model: str, texts: list[str]) -> list[list[float]]:
        """A vector for each text, in their order."""
        embeddings: Any = client.embeddings
        response: CreateEmbeddingResponse = await embeddings.create(model=model, input=texts)
        return [one.embedding for one in sorted(response.data, key=lambda one: one.index)]

    async def close(self, client: "AsyncOpenAI") -> None:
        """Its connection pool."""
        await client.close()


def _as_it_is(arguments: dict[str, Any]) -> dict[str, Any]:
    """The same request. The SDK tries each message as every kind that there is, which takes it as long as all else that
    it does, and the longer the longer a conversation is; what stands in `extra_body` it passes on.
    """
    long = {name: arguments[name] for name in ("messages", "tools") if name in arguments}
    return {**arguments, **dict.fromkeys(long, ()), "extra_body": long}
