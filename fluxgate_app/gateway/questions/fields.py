"""The fields of a request, each read as what it must be, or refused by its name."""

import binascii
from base64 import b64decode
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from fluxgate_app.chat.dialects import DIALECTS
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.parts import Image, Part, Text
from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Invalid
from fluxgate_app.providers.catalogue import Model

_HOTTEST = 2


class Target:
    """The model that is asked, and what its vendor cannot be told."""

    def __init__(self, model: Model):
        self._name = model.name
        self._lacks = DIALECTS[model.provider.dialect].lacks

    def refused(self, where: str) -> Invalid:
        """What to raise for a field that the vendor has nothing for."""
        return Invalid(f"'{where}' cannot be translated for '{self._name}': use a model of this API's own vendor")

    def refuse(self, body: Mapping[str, Any], names: Collection[str]) -> None:
        """Raises Invalid for the first of these fields that says something."""
        if lost := sorted(name for name in names if body.get(name)):
            raise self.refused(lost[0])

    def image_by_url(self, url: str, where: str) -> Image:
        """An image that the vendor fetches itself; we never do. Raises Invalid where it does not."""
        if "images by URL" in self._lacks or not url.startswith("https://"):
            raise self.refused(where)
        return Image(url=url)

    def json_without_schema(self, where: str) -> None:
        """Raises Invalid where JSON needs a schema."""
        if "json without a schema" in self._lacks:
            raise self.refused(where)

    def one_call_at_a_time(self, where: str) -> None:
        """Raises Invalid where a model cannot be held to it."""
        if "one call at a time" in self._lacks:
            raise self.refused(where)


def text(value: Any, where: str) -> str:
    """A text that can be stored."""
    if not isinstance(value, str) or not is_storable(value):
        raise Invalid(f"'{where}' must be text")
    return value


def fields(value: Any, where: str) -> dict[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        raise Invalid(f"'{where}' must be an object")
    return cast("dict[str, Any]", value)


def items(value: Any, where: str) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise Invalid(f"'{where}' must be a list")
    return cast("list[Any]", value)


def objects(value: Any, where: str) -> list[tuple[str, dict[str, Any]]]:
    """A list of objects, each with where it is; None is an empty one."""
    given = [] if value is None else items(value, where)
    return [(f"{where}[{index}]", fields(item, f"{where}[{index}]")) for index, item in enumerate(given)]


def flag(value: Any, where: str) -> bool | None:
    """True, false, or None for nothing."""
    if value is not None and not isinstance(value, bool):
        raise Invalid(f"'{where}' must be true or false")
    return value


def number(body: Mapping[str, Any], name: str, most: int = _HOTTEST) -> float | None:
    """A number from 0 on, None for nothing."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise Invalid(f"'{name}' must be a number from 0 to {most}")
    return float(value)


def limit(body: Mapping[str, Any], *names: str) -> int | None:
    """The first of these whole numbers above 0 that is there."""
    for name in names:
        value = body.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**9:
            raise Invalid(f"'{name}' must be a whole number above 0")
        return value
    return None


def texts(value: Any, where: str) -> tuple[str, ...]:
    """A list of texts, or nothing."""
    return () if value is None else tuple(text(item, where) for item in items(value, where))


def image(media_type: Any, data: Any, where: str) -> Image:
    """An image in base64."""
    try:
        b64decode(text(data, where), validate=True)
    except binascii.Error:
        raise Invalid(f"'{where}' must be an image in base64") from None
    if not text(media_type, where).startswith("image/"):
        raise Invalid(f"'{where}' must be an image")
    return Image(media_type, data)


def content(parts: Sequence[Part]) -> str | tuple[Part, ...]:
    """A message's content: a text where that is all there is."""
    match parts:
        case []:
            return ""
        case [Text(only)]:
            return only
        case _:
            return tuple(parts)


def conversation(messages: list[ChatMessage]) -> list[ChatMessage]:
    """The messages, if there is one of the user's."""
    if not any(message.role == "user" for message in messages):
        raise Invalid("'messages' must hold at least one with the role user")
    return messages
