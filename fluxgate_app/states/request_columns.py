"""The columns of a call as the explorer offers them: to filter by, and to count beside the list."""

from typing import Any

from fluxgate_app.events.columns import FILTERED, EventColumn
from fluxgate_app.events.operators import OPERATORS, operators_of

# Counted beside the list, in this order.
FACETS = (
    "status",
    "provider",
    "model",
    "feature",
    "user",
    "account",
    "apiKey",
    "errorType",
    "rating",
    "kind",
    "origin",
)


def filterable() -> list[dict[str, Any]]:
    """What a filter can be made of."""
    return [_filterable(column) for column in FILTERED.values()]


def _filterable(column: EventColumn) -> dict[str, Any]:
    operators = [OPERATORS[suffix] for suffix in operators_of(column) if suffix in OPERATORS]
    return {
        "name": column.name,
        "title": column.title,
        "kind": column.values.name.lower(),
        "words": list(column.words),
        "operators": [
            {"suffix": each.suffix, "words": each.words, "several": each.several, "pair": each.pair, "flag": each.flag}
            for each in operators
        ],
    }
