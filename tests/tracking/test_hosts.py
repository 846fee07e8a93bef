"""Who answers at a base URL."""

import pytest

from fluxgate_app.tracking.hosts import address


@pytest.mark.parametrize(
    ("url", "provider", "host"),
    [
        ("https://api.openai.com/v1/", "openai", "api.openai.com"),
        ("https://me.openai.azure.com/openai/deployments/x", "azure", "me.openai.azure.com"),
        ("https://me.openai.azure.us/openai/", "azure", "me.openai.azure.us"),
        ("https://me.services.ai.azure.com/anthropic/", "azure", "me.services.ai.azure.com"),
        ("https://bedrock-runtime.us-east-1.amazonaws.com", "aws", "bedrock-runtime.us-east-1.amazonaws.com"),
        ("https://bedrock-mantle.us-east-1.api.aws/v1", "aws", "bedrock-mantle.us-east-1.api.aws"),
        ("https://eu.api.openai.com/v1/", "openai", "eu.api.openai.com"),
        ("https://api.groq.com/openai/v1", "groq", "api.groq.com"),
        ("https://api.together.xyz/v1", "together", "api.together.xyz"),
        ("https://api.x.ai/v1", "xai", "api.x.ai"),
        ("https://openrouter.ai/api/v1", "openrouter", "openrouter.ai"),
        ("https://api.mistral.ai/v1", "mistral", "api.mistral.ai"),
        ("https://generativelanguage.googleapis.com/", "google", "generativelanguage.googleapis.com"),
        ("https://us-central1-aiplatform.googleapis.com/", "google", "us-central1-aiplatform.googleapis.com"),
        ("https://api.anthropic.com", "anthropic", "api.anthropic.com"),
        ("https://api.deepseek.com", "deepseek", "api.deepseek.com"),
        ("https://API.OpenAI.com./v1", "openai", "API.OpenAI.com."),
        ("http://127.0.0.1:8080/v1", None, "127.0.0.1:8080"),
        ("http://[::1]:8080/v1", None, "[::1]:8080"),
        ("https://user:secret@llm.example.com/v1", None, "llm.example.com"),
        ("https://not-api.openai.com.example.com", None, "not-api.openai.com.example.com"),
        ("https://notopenrouter.ai", None, "notopenrouter.ai"),
        ("", None, None),
    ],
)
def test_an_address(url, provider, host):
    assert address(url) == (provider, host)


@pytest.mark.parametrize(("given", "provider"), [(None, "openai"), ("my-server", "my-server")])
async def test_an_unknown_host_keeps_the_vendors_name_unless_told(make, given, provider):
    caller = make("openai", provider=given)
    other = caller.tracked.with_options(base_url="http://127.0.0.1:9/v1")
    caller.wire.says(caller.reply("stream.sse"))
    await caller.drain(await caller.ask(other))
    start = caller.sink.starts[0]
    assert (start.provider, start.endpoint_host) == (provider, "127.0.0.1:9")
