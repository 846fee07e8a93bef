"""A vendor's JSON, read through the eyes of what reads its SDK's objects."""

from collections.abc import Mapping
from typing import Any, Self, cast

from pydantic_core import from_json


class Wire(dict[str, Any]):
    """An object of JSON whose fields are attributes, None where there is none; so it can be tracked like an SDK's."""

    def __getattr__(self, name: str) -> Any:
        value = self.get(name)
        if value is None and name.startswith("__"):
            raise AttributeError(name)
        if isinstance(value, dict | list):
            # Kept, as most parts are looked at again.
            value = self[name] = _wired(value)
        return value

    @classmethod
    def build(cls, *, response: object, data: object) -> Self:
        """How OpenAI's and Anthropic's SDKs make of a chunk's JSON what they were asked to make of it."""
        return cls(cast("dict[str, Any]", data)) if isinstance(data, dict) else cls()

    @property
    def model_extra(self) -> Self:
        """Where an SDK keeps the fields it does not know."""
        return self

    def model_dump(self, **_: Any) -> dict[str, Any]:
        """The object without its empty fields."""
        return _dumped(self)


def read(data: bytes) -> Wire | None:
    """The JSON object in these bytes, None when there is none."""
    try:
        value = from_json(data)
    except ValueError:
        return None
    return Wire(cast("dict[str, Any]", value)) if isinstance(value, dict) else None


def _wired(value: Any) -> Any:
    if isinstance(value, dict):
        return value if isinstance(value, Wire) else Wire(cast("dict[str, Any]", value))
    return [_wired(item) for item in cast("list[Any]", value)] if isinstance(value, list) else value


def _dumped(part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _dumped(cast("dict[str, Any]", value)) if isinstance(value, dict) else value
        for name, value in part.items()
        if value is not None
    }
