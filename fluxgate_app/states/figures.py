"""Numbers as people read them: three digits of money, tokens and times with units. Exact ones are for the hover."""

from decimal import ROUND_HALF_EVEN, Decimal

_THOUSANDS = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
_MINUTE_IN_MS = 60_000


def money(usd: Decimal | None, source: str = "computed") -> str:
    """USD to three significant digits: $0.0045, $1.28, $12.4k; "unpriced" when unknown, "≈" before an estimate."""
    if usd is None:
        return "unpriced"
    return f"{'≈' if source == 'estimated' else ''}${_short(usd, smallest_decimals=2)}"


def exact_money(usd: Decimal | None) -> str:
    """Every digit that is stored, for the hover; empty when the price is unknown."""
    return "" if usd is None else f"${_plain(usd, 2)}"


def count(number: int | None) -> str:
    """A number of tokens: 208, 1.2k, 12.4k, 1.28M; a dash when unknown."""
    return "–" if number is None else _short(Decimal(number), smallest_decimals=0)


def exact_count(number: int | None) -> str:
    """The number with its thousands set apart; empty when unknown."""
    return "" if number is None else f"{number:,}"


def duration(milliseconds: float | None) -> str:
    """Milliseconds below a second, seconds above, minutes from one on; a dash when unknown."""
    if milliseconds is None:
        return "–"
    if round(milliseconds) < 1000:
        return f"{milliseconds:.0f} ms"
    if milliseconds < _MINUTE_IN_MS:
        return f"{_short(Decimal(milliseconds) / 1000, smallest_decimals=0)} s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes} min {seconds} s"


def tokens_per_second(tokens: int | None, first_ms: float | None, end_ms: float | None) -> str:
    """How fast the tokens came after the first: "62 tok/s", empty when it cannot be told."""
    if not tokens or first_ms is None or end_ms is None or end_ms <= first_ms:
        return ""
    return speed(tokens * 1000 / (end_ms - first_ms))


def speed(tokens_per_second: float | None) -> str:
    """Output tokens a second: "62 tok/s"; a dash when unknown."""
    if tokens_per_second is None:
        return "–"
    return f"{_short(Decimal(tokens_per_second), smallest_decimals=0)} tok/s"


def share(part: float | None) -> str:
    """A share of 1 as a percentage: "0.42 %"; a dash when unknown."""
    return "–" if part is None else f"{_short(Decimal(part) * 100, smallest_decimals=0)} %"


def _short(number: Decimal, smallest_decimals: int) -> str:
    for size, letter in _THOUSANDS:
        if _three_digits(number) >= size:
            return f"{_plain(_three_digits(number) / size, 0)}{letter}"
    return _plain(_three_digits(number), smallest_decimals if number < 10 else 0)


def _three_digits(number: Decimal) -> Decimal:
    if number == 0:
        return number
    return number.quantize(Decimal(1).scaleb(number.adjusted() - 2), rounding=ROUND_HALF_EVEN)


def _plain(number: Decimal, smallest_decimals: int) -> str:
    """Plain notation without trailing zeros, but with at least this many decimals, unless it is a plain 0."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, _, decimals = text.partition(".")
    if number == 0 or not smallest_decimals:
        return text
    return f"{whole}.{decimals.ljust(smallest_decimals, '0')}"
