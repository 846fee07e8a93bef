"""The demo provider over a real socket, and the official SDKs that talk to it."""

from collections.abc import AsyncIterator, Iterator

import anthropic
import openai
import pytest
from google import genai

from fluxgate_app.providers.demo import DemoServer


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    """Without pauses."""
    with DemoServer(pace=0) as server:
        yield server


@pytest.fixture
def openai_client(demo: DemoServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=demo.openai_url, api_key="key") as client:
        yield client


@pytest.fixture
async def async_openai(demo: DemoServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=demo.openai_url, api_key="key") as client:
        yield client


@pytest.fixture
def anthropic_client(demo: DemoServer) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=demo.anthropic_url, api_key="key") as client:
        yield client


@pytest.fixture
async def async_anthropic(demo: DemoServer) -> AsyncIterator[anthropic.AsyncAnthropic]:
    async with anthropic.AsyncAnthropic(base_url=demo.anthropic_url, api_key="key") as client:
        yield client


@pytest.fixture(scope="module")
def gemini_client(demo: DemoServer) -> Iterator[genai.Client]:
    with genai.Client(api_key="key", http_options={"base_url": demo.gemini_url}) as client:
        yield client


@pytest.fixture
async def async_gemini(demo: DemoServer):
    with genai.Client(api_key="key", http_options={"base_url": demo.gemini_url}) as client:
        async with client.aio as aio:
            yield aio
