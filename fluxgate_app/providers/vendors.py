"""The three vendors with a dialect of their own: their names, models and how to tell whose a model is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

Dialect = Literal["openai", "anthropic", "gemini"]


@dataclass(frozen=True)
class Vendor:
    """`name` is what is recorded and what the price data calls it; `models` has a title for each, the default first."""

    name: str
    title: str
    dialect: Dialect
    models: Mapping[str, str]
    family: re.Pattern[str]

    def owns(self, model: str) -> bool:
        """Whether a model of this name, known or not yet, is this vendor's."""
        return self.family.match(model) is not None

    def knows(self, model: str) -> bool:
        """Whether the price data has it, which is the nearest there is to a list of the models that exist."""
        return _priced(self.name, model) is not None

    def context_tokens(self, model: str) -> int | None:
        """What fits into this model, as far as the price data says."""
        priced = _priced(self.name, model)
        return priced.context_window if priced else None


VENDORS = (
    Vendor(
        name="openai",
        title="OpenAI",
        dialect="openai",
        models={
            "gpt-4o": "GPT-4o",
            "gpt-4o-mini": "GPT-4o mini",
            "gpt-6.1-sol": "GPT-6.1 Sol",
            "gpt-6.1-terra": "GPT-6.1 Terra",
            "gpt-6-luna": "GPT-6 Luna",
            "gpt-5-mini": "GPT-5 mini",
        },
        family=re.compile(r"gpt-|chatgpt-|o\d|text-embedding-|ft:"),
    ),
    Vendor(
        name="anthropic",
        title="Anthropic",
        dialect="anthropic",
        models={
            "claude-sonnet-4-6": "Claude Sonnet 4.6",
            "claude-sonnet-5-5": "Claude Sonnet 5.5",
            "claude-opus-5-5": "Claude Opus 5.5",
            "claude-haiku-5-5": "Claude Haiku 5.5",
            "claude-haiku-4-5": "Claude Haiku 4.5",
        },
        family=re.compile(r"claude-"),
    ),
    Vendor(
        name="google",
        title="Gemini",
        dialect="gemini",
        models={
            "gemini-2.5-pro": "Gemini 2.5 Pro",
            "gemini-2.5-flash": "Gemini 2.5 Flash",
            "gemini-3.8-flash": "Gemini 3.8 Flash",
            "gemini-3.5-flash-lite": "Gemini 3.5 Flash Lite",
        },
        family=re.compile(r"gemini-"),
    ),
)


@cache
def _priced(vendor: str, model: str):
    from genai_prices.data_snapshot import get_snapshot

    try:
        return get_snapshot().find_provider_model(model, None, vendor, None)[1]
    except LookupError:
        return None
