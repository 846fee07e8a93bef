"""How each vendor is spoken to: one file each, all of the same shape."""

from fluxgate_app.chat.dialects.anthropic import AnthropicDialect
from fluxgate_app.chat.dialects.dialect import Address, Dialect, Line, Stream
from fluxgate_app.chat.dialects.gemini import GeminiDialect
from fluxgate_app.chat.dialects.openai import OpenAIDialect

DIALECTS: dict[str, Dialect] = {
    "openai": OpenAIDialect(),
    "anthropic": AnthropicDialect(),
    "gemini": GeminiDialect(),
}

__all__ = ["DIALECTS", "Address", "Dialect", "Line", "Stream"]
