"""What instrumentations call the same thing: `gen_ai.*` old and new, OpenInference, and what came before both.

https://github.com/open-telemetry/semantic-conventions-genai, https://arize-ai.github.io/openinference/spec/
Of several names that a span has, the first counts.
"""

from fluxgate_app.errors import Invalid
from fluxgate_app.events.ingest.shapes import MOST_TOKENS
from fluxgate_app.events.otlp.span import Attributes

Names = tuple[str, ...]

PROVIDER: Names = ("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system")
MODEL: Names = ("gen_ai.request.model", "llm.request.model_name", "llm.model_name", "embedding.model_name")
MODEL_USED: Names = ("gen_ai.response.model", "llm.response.model_name")
IS_STREAMED: Names = ("gen_ai.request.stream", "gen_ai.is_streaming", "llm.is_streaming")
SERVICE_TIER: Names = (
    "openai.response.service_tier",
    "gen_ai.openai.response.service_tier",
    "anthropic.response.service_tier",
)

INPUT: Names = ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt")
OUTPUT: Names = ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion")
TOTAL: Names = ("gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total")
CACHED: Names = (
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.cache_read_tokens",
    "gen_ai.usage.details.cache_read_tokens",
    "llm.token_count.prompt_details.cache_read",
    "llm.token_count.prompt_details.cache_input",
)
CACHE_WRITE: Names = (
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.cache_write_tokens",
    "gen_ai.usage.details.cache_write_tokens",
    "llm.token_count.prompt_details.cache_write",
)
CACHE_WRITE_1H: Names = ("anthropic.usage.cache_creation.ephemeral_1h_input_tokens",)
REASONING: Names = (
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "gen_ai.usage.details.reasoning_tokens",
    "llm.token_count.completion_details.reasoning",
)
AUDIO_IN: Names = ("gen_ai.usage.audio.input_tokens", "llm.token_count.prompt_details.audio")
AUDIO_OUT: Names = ("gen_ai.usage.audio.output_tokens", "llm.token_count.completion_details.audio")
COST: Names = ("llm.cost.total", "gen_ai.usage.cost")
USAGE = ("gen_ai.usage.", "llm.token_count.", "llm.usage.", "llm.cost.", "anthropic.usage.")

FINISH_REASON: Names = (
    "gen_ai.response.finish_reasons",
    "anthropic.message.stop_reason",
    "gen_ai.response.finish_reason",
    "llm.finish_reason",
)
FIRST_CHUNK_SECONDS: Names = (
    "gen_ai.response.time_to_first_chunk",
    "gen_ai.client.operation.time_to_first_chunk",
    "gen_ai.server.time_to_first_token",
)
FIRST_CHUNK_EVENTS = ("First Token Stream Event", "llm.content.completion.chunk", "gen_ai.content.completion.chunk")

FEATURE: Names = ("fluxgate.feature", "service.name")
STEP: Names = ("fluxgate.step", "gen_ai.agent.name", "agent.name")
USER: Names = ("fluxgate.user", "user.id", "enduser.id", "traceloop.association.properties.user_id")
SESSION: Names = ("fluxgate.session", "session.id", "traceloop.association.properties.session_id")
CONVERSATION: Names = ("fluxgate.conversation", "gen_ai.conversation.id")

PROMPT: Names = ("gen_ai.input.messages", "gen_ai.prompt", "input.value")
PROMPT_PARTS: Names = ("gen_ai.prompt.", "llm.input_messages.")
ANSWER: Names = ("gen_ai.output.messages", "gen_ai.completion", "output.value")
ANSWER_PARTS: Names = ("gen_ai.completion.", "llm.output_messages.")


def first(attributes: Attributes, names: Names) -> tuple[str, object] | None:
    """The first of these that says something, by its name."""
    return next(((name, attributes[name]) for name in names if attributes.get(name) not in (None, "")), None)


def told(attributes: Attributes, names: Names) -> object:
    """What the first of these says, None where there is none."""
    found = first(attributes, names)
    return found and found[1]


def count(attributes: Attributes, names: Names) -> int | None:
    """The number of tokens under these names. Raises Invalid when it is none."""
    found = first(attributes, names)
    if found is None:
        return None
    name, value = found
    # Where the instrumented program knows one kind of number alone.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_TOKENS:
        raise Invalid(f"{name} must be a whole number from 0 to {MOST_TOKENS}")
    return value


def number(attributes: Attributes, names: Names) -> float | None:
    """The number under these names. Raises Invalid when it is none from 0."""
    found = first(attributes, names)
    if found is None:
        return None
    name, value = found
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise Invalid(f"{name} must be a number from 0")
    return float(value)


def endpoint_host(attributes: Attributes) -> str | None:
    """Who was asked, with the port unless it is that of the scheme."""
    host, port = attributes.get("server.address"), attributes.get("server.port")
    if not isinstance(host, str) or not host:
        return None
    return host if port in (None, 80, 443) else f"{host}:{port}"
