"""What a model may do besides writing text, and the form that its text must have."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the asking program runs for the model. `parameters` is a JSON schema of an object."""

    name: str
    description: str | None
    parameters: Mapping[str, Any]
    strict: bool | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools offered with a question. With choice `required` one must be called: `only` says which, if not any.

    `parallel` allows several calls in one answer.
    """

    offered: tuple[Tool, ...] = ()
    choice: Literal["auto", "none", "required"] = "auto"
    only: str | None = None
    parallel: bool = True


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """The answer must be a JSON object, of this schema if there is one."""

    schema: Mapping[str, Any] | None = None
    name: str = "answer"
    strict: bool | None = None


NO_TOOLS = Tools()
