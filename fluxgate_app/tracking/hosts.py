"""Who answers at an address."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

# A host belongs to the provider whose domain it is or lies under.
_DOMAINS = {
    "api.openai.com": "openai",
    "openai.azure.com": "azure",
    "cognitiveservices.azure.com": "azure",
    "services.ai.azure.com": "azure",
    "models.ai.azure.com": "azure",
    "inference.ai.azure.com": "azure",
    "azure-api.net": "azure",
    "openai.azure.us": "azure",
    "cognitiveservices.azure.us": "azure",
    "api.anthropic.com": "anthropic",
    "googleapis.com": "google",
    "api.groq.com": "groq",
    "api.together.xyz": "together",
    "api.together.ai": "together",
    "api.x.ai": "xai",
    "openrouter.ai": "openrouter",
    "api.mistral.ai": "mistral",
    "api.deepseek.com": "deepseek",
    "api.fireworks.ai": "fireworks",
    "api.perplexity.ai": "perplexity",
    "api.cerebras.ai": "cerebras",
    "api.cohere.com": "cohere",
    "api.cohere.ai": "cohere",
    "amazonaws.com": "aws",
    "amazonaws.com.cn": "aws",
    "api.aws": "aws",
    "inference.baseten.co": "baseten",
    "api.githubcopilot.com": "github-copilot",
    "api.minimax.io": "minimax",
    "api.moonshot.ai": "moonshotai",
    "api.moonshot.cn": "moonshotai",
    "api.novita.ai": "novita",
    "api.voyageai.com": "voyageai",
    "api.z.ai": "zai",
    "open.bigmodel.cn": "zhipuai",
}


class Address(NamedTuple):
    """`provider` is None where the host is nobody's we know; `host` names the port when the URL does."""

    provider: str | None
    host: str | None


@lru_cache(maxsize=256)
def address(url: str) -> Address:
    """Who answers at this base URL (spec section 2, "Provider")."""
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    labels = name.split(".")
    suffixes = (".".join(labels[i:]) for i in range(len(labels)))
    provider = next((_DOMAINS[suffix] for suffix in suffixes if suffix in _DOMAINS), None)
    return Address(provider, parts.netloc.rpartition("@")[2] or None)
