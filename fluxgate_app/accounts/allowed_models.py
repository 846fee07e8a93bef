"""Which models an account, or one of its keys, may ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from fluxgate_app.errors import Forbidden, Invalid
from fluxgate_app.providers.model import Model

MOST_PATTERNS = 50
LONGEST_PATTERN = 200


@dataclass(frozen=True, slots=True)
class AllowedModels:
    """Those that one pattern of each list fits, such as `gpt-4o*` or `anthropic/*`; without lists, all."""

    lists: tuple[tuple[str, ...], ...] = ()

    def allows(self, model: Model) -> bool:
        """Whether it may be asked, by its name or its id."""
        names = (model.name, model.id)
        return all(any(fnmatchcase(name, one) for one in patterns for name in names) for patterns in self.lists)

    def require(self, model: Model) -> None:
        """Raises Forbidden that says what may be asked instead."""
        if not self.allows(model):
            raise Forbidden(f"Model '{model.name}' is not allowed here; allowed: {self}. Ask an admin for it.")

    def __str__(self) -> str:
        return ", and of these only ".join(", ".join(patterns) for patterns in self.lists)


EVERY_MODEL = AllowedModels()


def allowed_by(*lists: Sequence[str] | None) -> AllowedModels:
    """What an account allows, and a key of it; a list that is empty or None allows all."""
    given = tuple(tuple(patterns) for patterns in lists if patterns)
    return AllowedModels(given) if given else EVERY_MODEL


def checked(patterns: Iterable[str] | None) -> list[str] | None:
    """The patterns as they are stored, None where there are none. Raises Invalid."""
    wanted = list(dict.fromkeys(filter(None, (pattern.strip() for pattern in patterns or ()))))
    if len(wanted) > MOST_PATTERNS or any(len(one) > LONGEST_PATTERN or "\0" in one for one in wanted):
        raise Invalid(f"Models allowed are at most {MOST_PATTERNS} patterns of at most {LONGEST_PATTERN} characters")
    return wanted or None


def split(written: str) -> list[str]:
    """The patterns that a person wrote, with commas or spaces between."""
    return written.replace(",", " ").split()
