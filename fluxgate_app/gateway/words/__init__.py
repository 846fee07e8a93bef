"""How each vendor writes an answer: for its clients, where another vendor has answered."""

from fluxgate_app.gateway.words.anthropic import AnthropicWords
from fluxgate_app.gateway.words.openai import OpenAIWords
from fluxgate_app.gateway.words.responses import ResponsesWords
from fluxgate_app.gateway.words.words import Words

__all__ = ["AnthropicWords", "OpenAIWords", "ResponsesWords", "Words"]
