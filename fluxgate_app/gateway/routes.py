"""The vendors' routes that clients of the gateway use."""

from fluxgate_app.gateway.asked import Route
from fluxgate_app.gateway.forms import ANTHROPIC, OPENAI, OPENAI_RESPONSES
from fluxgate_app.tracking import anthropic, openai

CHAT_COMPLETIONS = Route(OPENAI, "/chat/completions", "chat", openai.VENDOR.methods["chat.completions.create"])
RESPONSES = Route(OPENAI_RESPONSES, "/responses", "chat", openai.VENDOR.methods["responses.create"])
EMBEDDINGS = Route(OPENAI, "/embeddings", "embeddings", openai.VENDOR.methods["embeddings.create"])
MESSAGES = Route(ANTHROPIC, "/v1/messages", "chat", anthropic.VENDOR.methods["messages.create"])
COUNT_TOKENS = Route(ANTHROPIC, "/v1/messages/count_tokens", "chat", None)
