"""How a figure differs from the one before, in a sign and a few words."""

from dataclasses import dataclass
from decimal import Decimal

from fluxgate_app.states import figures

_SAME = Decimal("0.0005")
_TIMES_AS_MUCH = 10


@dataclass(frozen=True)
class Change:
    """How a figure differs from the one before: a sign, how much, and "more" or "less"; all empty when unknown."""

    sign: str = ""
    words: str = ""
    direction: str = ""


def change(now: float | Decimal | None, before: float | Decimal | None) -> Change:
    """The difference as a part of what was before: ▲ 8 %, ▼ 40 %, ▲ 12 times, ▲ new."""
    if now is None or before is None or now == before == 0:
        return Change()
    if not before:
        return Change("▲", "new", "more")
    ratio = Decimal(now) / Decimal(before)
    if abs(ratio - 1) < _SAME:
        return Change("=", "same")
    if ratio > _TIMES_AS_MUCH:
        return Change("▲", f"{figures.count(round(ratio))} times", "more")
    return _towards(ratio > 1, f"{_rounded(float(abs(ratio - 1)) * 100)} %")


def change_of_share(now: float | None, before: float | None) -> Change:
    """The difference of two shares of 1 in points: ▲ 0.2 points."""
    if now is None or before is None:
        return Change()
    points = abs(now - before) * 100
    if points < 0.005:
        return Change("=", "same")
    return _towards(now > before, f"{_rounded(points)} points")


def _rounded(number: float) -> str:
    return f"{round(number, 2 if number < 1 else 1 if number < 10 else None):g}"


def _towards(is_more: bool, words: str) -> Change:
    return Change("▲", words, "more") if is_more else Change("▼", words, "less")
