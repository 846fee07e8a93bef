"""How each vendor is spoken to: one file each, all of the same shape."""

from fluxgate_app.chat.dialects.anthropic import AnthropicDialect
from fluxgate_app.chat.dialects.dialect import Address, Dialect, Embedder, Line, Stream
from fluxgate_app.chat.dialects.gemini import GeminiDialect
from fluxgate_app.chat.dialects.openai import OpenAIDialect

_openai = OpenAIDialect()
DIALECTS: dict[str, Dialect] = {
    "openai": _openai,
    "anthropic": AnthropicDialect(),
    "gemini": GeminiDialect(),
}

EMBEDDERS: dict[str, Embedder] = {"openai": _openai}

__all__ = ["DIALECTS", "EMBEDDERS", "Address", "Dialect", "Embedder", "Line", "Stream"]
