"""Named system prompts: who the model is asked to be."""

DEFAULT_SYSTEM = "You are a helpful assistant."

_PERSONAS = {
    "support-agent": (
        "You are a friendly, patient customer support agent. Find out what the customer needs, answer in short plain "
        "steps, and say so openly when you do not know something or when a person has to take over. "
        "Never invent policies, prices or promises."
    ),
}


def persona_prompt(name: str | None) -> str | None:
    """The system prompt of this persona, None for one that is not known (spec section 5: ignored)."""
    return _PERSONAS.get(name) if name else None


def persona_names() -> list[str]:
    """All that can be chosen."""
    return sorted(_PERSONAS)
