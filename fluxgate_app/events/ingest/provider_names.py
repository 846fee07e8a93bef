"""How providers are called here, whatever a sender calls them."""

UNKNOWN = "unknown"
# The names under which senders know the same provider, those of OpenTelemetry's conventions among them.
_ALSO_CALLED = {
    "google": (
        "gemini",
        "vertex",
        "google-vertex",
        "vertexai",
        "vertex_ai",
        "gcp.gemini",
        "gcp.gen_ai",
        "gcp.vertex_ai",
    ),
    "azure": ("azure.ai.openai", "azure.ai.inference", "az.ai.openai", "az.ai.inference", "azure_openai"),
    "aws": ("aws.bedrock", "bedrock", "aws_bedrock"),
    "mistral": ("mistral_ai", "mistralai"),
    "xai": ("x_ai", "x-ai"),
}
_NAMES = {also: name for name, names in _ALSO_CALLED.items() for also in names}


def provider_named(told: str | None) -> str:
    """Our name for the provider that is told, in small letters; UNKNOWN when none is."""
    name = (told or UNKNOWN).lower()
    return _NAMES.get(name, name)
