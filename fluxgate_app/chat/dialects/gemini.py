"""Chat as Google's Gemini does it."""

from typing import TYPE_CHECKING, Any

from fluxgate_app.chat.dialects.answers import gemini as answers
from fluxgate_app.chat.dialects.dialect import Address, Lacks, Line, Reader, Stream
from fluxgate_app.chat.dialects.prompts.gemini import arguments
from fluxgate_app.chat.parts import Said
from fluxgate_app.chat.prompt import Prompt
from fluxgate_app.tracking import track_gemini

if TYPE_CHECKING:
    from google.genai import Client
    from google.genai.types import GenerateContentResponse

    from fluxgate_app.tracking.gemini import TrackedGemini


class GeminiDialect:
    """`aio.models.generate_content`."""

    vendor = "Gemini"
    lacks: frozenset[Lacks] = frozenset(("images by URL", "one call at a time"))

    def client(self, address: Address) -> "Client":
        """The SDK retries nothing unless told to."""
        from google.genai import Client
        from google.genai.types import HttpOptions
        from httpx2 import AsyncHTTPTransport

        # Without a transport of ours the SDK would take aiohttp where that is installed, whose failures are others.
        over_httpx = {"transport": AsyncHTTPTransport()}
        options = HttpOptions(
            timeout=round(address.timeout * 1000), api_version=address.api_version, async_client_args=over_httpx
        )
        if address.base_url:
            options.base_url = address.base_url
        return Client(api_key=address.api_key, vertexai=False, http_options=options)

    def tracked(self, client: "Client", line: Line) -> "TrackedGemini":
        """With all generated content recorded."""
        return track_gemini(
            client,
            sink=line.sink,
            provider=line.provider,
            origin=line.origin,
            owner=line.owner,
            prices=line.prices,
        )

    async def ask(self, client: "Client", prompt: Prompt) -> list[Said]:
        """The first candidate's parts."""
        models: Any = client.aio.models
        return [*answers.parts(await models.generate_content(**arguments(prompt)))]

    async def stream(self, client: "Client", prompt: Prompt) -> Stream:
        """The answer in chunks that have the form of whole responses."""
        models: Any = client.aio.models
        return await models.generate_content_stream(**arguments(prompt))

    def delta(self, chunk: "GenerateContentResponse") -> str:
        """Thoughts are no text; a blocked answer has no candidate, or one without content."""
        return answers.delta(chunk)

    def reader(self) -> Reader:
        """For one stream."""
        return answers.Reader()

    async def close(self, client: "Client") -> None:
        """Its connection pools, async and sync."""
        await client.aio.aclose()
        client.close()
