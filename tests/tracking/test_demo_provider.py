"""The demo provider over a real socket: each of its ways to end, as each vendor's SDK meets it."""

from contextlib import suppress

import pytest

from fluxgate_app.providers.demo.server import DemoServer
from fluxgate_app.tracking import track_anthropic, track_gemini, track_openai

ENDS = {
    "demo-fast": ("SUCCESS", None),
    "demo-max-tokens": ("MAX_TOKENS", None),
    "demo-refusal": (
        {"openai": "CONTENT_FILTER", "responses": "CONTENT_FILTER", "anthropic": "BLOCKED", "gemini": "BLOCKED"},
        None,
    ),
    "demo-rate-limited": ("RATE_LIMITED", ...),
    "demo-unauthorized": ("ERROR", ...),
    "demo-overloaded": ("ERROR", ...),
    "demo-error-midstream": ("ERROR", ...),
    "demo-cut": ("ERROR", ...),
    "demo-truncated": ("ERROR", "truncated"),
    "demo-stall": ("TIMEOUT", ...),
}


@pytest.fixture(params=["openai", "responses", "anthropic", "gemini"])
def vendor(request):
    return request.param


@pytest.fixture(scope="module")
def demo():
    with DemoServer(pace=0) as server:
        yield server


async def ask(vendor, url, sink, model):
    messages = [{"role": "user", "content": "How hot is boiling water?"}]
    if vendor in ("openai", "responses"):
        from openai import AsyncOpenAI

        bare = AsyncOpenAI(api_key="k", base_url=f"{url}/v1", timeout=2, max_retries=0)
        async with track_openai(bare, sink=sink) as client:
            if vendor == "responses":
                await drain(client.responses.create(model=model, input=messages, stream=True))
            else:
                await drain(client.chat.completions.create(model=model, messages=messages, stream=True))
    elif vendor == "anthropic":
        from anthropic import AsyncAnthropic

        bare = AsyncAnthropic(api_key="k", base_url=url, timeout=2, max_retries=0)
        async with track_anthropic(bare, sink=sink) as client:
            await drain(client.messages.create(model=model, max_tokens=500, messages=messages, stream=True))
    else:
        from google.genai import Client

        bare = Client(api_key="k", http_options={"base_url": url, "timeout": 2000})
        async with track_gemini(bare, sink=sink).aio as client:
            await drain(client.models.generate_content_stream(model=model, contents="How hot is boiling water?"))


async def drain(asked):
    async for _ in await asked:
        pass


@pytest.mark.parametrize("model", ENDS)
async def test_it_ends_as_the_demo_model_says(vendor, demo, sink, model):
    with suppress(Exception):
        await ask(vendor, demo.url, sink, model)
    status, error_type = ENDS[model]
    end = sink.end
    assert end.status == (status if isinstance(status, str) else status[vendor])
    assert bool(end.error_type) if error_type is ... else end.error_type == error_type
    if end.status == "SUCCESS":
        assert end.usage.input_tokens > 0
        assert end.usage.output_tokens > 0
        assert 0 < end.latency_in_ms <= end.streaming_duration_in_ms
