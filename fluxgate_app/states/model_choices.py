"""The models there are to choose from."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from fluxgate_app.providers.model import Model

_BADGES = {"local": "local", "demo": "demo"}


@dataclass(frozen=True)
class Choice:
    """A model to choose."""

    id: str
    label: str


@dataclass(frozen=True)
class Group:
    """The models of one provider."""

    title: str
    models: list[Choice]


def by_provider(models: Iterable[Model]) -> list[Group]:
    """Each with its provider, in the order of the catalogue."""
    return [
        Group(title, [Choice(model.id, _label(model)) for model in served])
        for title, served in groupby(models, lambda model: model.provider.title)
    ]


def _label(model: Model) -> str:
    badge = _BADGES.get(model.provider.origin)
    return f"{model.title} · {badge}" if badge else model.title
