"""The vendors' clients for clouds: tracked like their own, under the name of the cloud."""

import pytest

from fluxgate_app.tracking import Status, track_anthropic, track_openai

MESSAGES = [{"role": "user", "content": "Why?"}]


@pytest.fixture
def http(make):
    """The connection of a sync client, whose server says what the caller's wire does."""
    caller = make("openai", is_async=False)
    return caller.bare._client


def test_openai_on_azure(make, http, wire, sink):
    from openai import AzureOpenAI

    wire.says(make("openai").reply("answer.json"))
    where = {"azure_endpoint": "https://me.openai.azure.com", "api_version": "2025-04-01-preview"}
    client = track_openai(AzureOpenAI(api_key="k", http_client=http, **where), sink=sink)
    client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
    start = sink.starts[0]
    assert (start.provider, start.endpoint_host) == ("azure", "me.openai.azure.com")
    assert (sink.end.status, sink.end.usage.total_tokens, sink.end.cost > 0) == (Status.SUCCESS, 1100, True)


def on_amazon(http):
    from anthropic import AnthropicBedrock

    return AnthropicBedrock(aws_region="us-east-1", api_key="k", http_client=http)


def on_google(http):
    from anthropic import AnthropicVertex

    return AnthropicVertex(region="us-east5", project_id="p", access_token="t", http_client=http)


CLOUDS = {
    on_amazon: ("aws", "bedrock-runtime.us-east-1.amazonaws.com", "anthropic.claude-sonnet-4-6"),
    on_google: ("google", "us-east5-aiplatform.googleapis.com", "claude-sonnet-4-6"),
}


@pytest.mark.parametrize("made", CLOUDS)
def test_anthropic(make, http, wire, sink, made):
    wire.says(make("anthropic").reply("answer.json"))
    provider, host, model = CLOUDS[made]
    client = track_anthropic(made(http), sink=sink).with_context(feature="a")
    answer = client.messages.create(model=model, max_tokens=9, messages=MESSAGES)
    start = sink.starts[0]
    assert (start.provider, start.endpoint_host, start.model) == (provider, host, model)
    assert (sink.end.status, sink.end.usage.total_tokens, sink.end.cost > 0) == (Status.SUCCESS, 1100, True)
    assert answer.fluxgate_cost_tracking_response.cost == sink.end.cost
