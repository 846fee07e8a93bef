"""How each vendor's clients ask and are answered: one file each, all of the same shape."""

from collections.abc import Mapping

from fluxgate_app.gateway.forms.anthropic import AnthropicForm
from fluxgate_app.gateway.forms.form import Form, chosen
from fluxgate_app.gateway.forms.openai import OpenAIForm, ResponsesForm

OPENAI = OpenAIForm()
OPENAI_RESPONSES = ResponsesForm()
ANTHROPIC = AnthropicForm()

__all__ = ["ANTHROPIC", "OPENAI", "OPENAI_RESPONSES", "Form", "chosen", "spoken_in"]


def spoken_in(path: str, headers: Mapping[str, str]) -> Form:
    """The form that a client of this path expects: where both vendors have it, Anthropic's clients name a version."""
    theirs = path.startswith("/v1/messages") or "anthropic-version" in headers
    return ANTHROPIC if theirs else OPENAI
