"""How a column is compared with values: as SQL, in words, and which columns it makes sense for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from sqlalchemy import ColumnElement, or_

from fluxgate_app.errors import Invalid
from fluxgate_app.events.columns import EventColumn
from fluxgate_app.events.containment import contains
from fluxgate_app.events.values import Values

_ORDERED = (Values.COUNT, Values.DURATION, Values.MONEY, Values.TIME)


@dataclass(frozen=True, slots=True)
class Operator:
    """`suffix` follows the column's name in a URL, `words` its title in a sentence.

    `several` values are alternatives, written one after the other; a `pair` is written with a comma.
    """

    suffix: str
    words: str
    meaning: str
    suits: Callable[[EventColumn], bool]
    clause: Callable[[ColumnElement[Any], Sequence[Any]], ColumnElement[bool]]
    several: bool = False
    pair: bool = False
    flag: bool = False

    def read(self, column: EventColumn, written: Sequence[str], zone: tzinfo) -> tuple[Any, ...]:
        """The values to compare with. Raises Invalid, naming what is allowed."""
        name = f"{column.name}.{self.suffix}"
        if not self.several and len(written) > 1:
            raise Invalid(f"{name} may be given only once")
        if self.flag:
            return (Values.FLAG.read(name, written[0]),)
        if not self.pair:
            return tuple(column.read(text, zone) for text in written)
        bounds = tuple(column.read(text, zone) for text in written[0].split(","))
        if len(bounds) != 2 or bounds[0] > bounds[1]:
            raise Invalid(f"{name} must be two values with a comma between them, the smaller first")
        return bounds

    def write(self, column: EventColumn, values: Sequence[Any]) -> list[str]:
        """The values as `read` takes them."""
        texts = [self._values(column).write(value) for value in values]
        return [",".join(texts)] if self.pair else texts

    def say(self, column: EventColumn, values: Sequence[Any]) -> str:
        """The comparison for a reader: "feature is chat-api", "cost above $0.01"."""
        if self.flag:
            return f"{column.title} is {'' if values[0] else 'not '}empty"
        joined = (" and " if self.pair else " or ").join(map(column.values.say, values))
        return f"{column.title} {self.words} {joined}"

    def schema(self, column: EventColumn) -> dict[str, Any]:
        """The OpenAPI schema of the parameter."""
        if self.pair:
            return {"type": "string"}
        one = self._values(column).schema if self.flag else column.schema
        return {"type": "array", "items": one} if self.several else one

    def _values(self, column: EventColumn) -> Values:
        return Values.FLAG if self.flag else column.values


def _any_of(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    return column.in_(values)


def _none_of(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    # What is absent is not that value either, though SQL says it is unknown.
    return or_(column.is_(None), column.not_in(values))


def _containing(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    return or_(*(contains(column, value) for value in values))


def _empty(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    return column.is_(None) if values[0] else column.is_not(None)


def _any_column(_: EventColumn) -> bool:
    return True


def _ordered(column: EventColumn) -> bool:
    return column.values in _ORDERED


def _free_text(column: EventColumn) -> bool:
    return column.values is Values.TEXT and not column.words


def _optional(column: EventColumn) -> bool:
    return column.may_be_empty


OPERATORS = {
    operator.suffix: operator
    for operator in (
        Operator("", "is", "Any of these", _any_column, _any_of, several=True),
        Operator("not", "is not", "None of these", _any_column, _none_of, several=True),
        Operator("contains", "contains", "Holds any of these texts", _free_text, _containing, several=True),
        Operator("gt", "above", "More than", _ordered, lambda column, values: column > values[0]),
        Operator("gte", "at least", "At least", _ordered, lambda column, values: column >= values[0]),
        Operator("lt", "below", "Less than", _ordered, lambda column, values: column < values[0]),
        Operator("lte", "at most", "At most", _ordered, lambda column, values: column <= values[0]),
        Operator(
            "between",
            "between",
            "From the first to the second, both included, with a comma between them",
            _ordered,
            lambda column, values: column.between(*values),
            pair=True,
        ),
        Operator("empty", "is empty", "Whether there is none", _optional, _empty, flag=True),
    )
}
# Another way to write several values of "any of".
LISTED = "in"


def operators_of(column: EventColumn) -> list[str]:
    """The suffixes that a filter of this column may have."""
    fitting = [suffix for suffix, operator in OPERATORS.items() if operator.suits(column)]
    return [*fitting[:2], LISTED, *fitting[2:]]
