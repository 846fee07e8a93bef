"""The prices that admins set, and what of them this process knows."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from sqlmodel import Session, col, select

from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.models import PriceOverride
from fluxgate_app.tracking.prices import PriceRule
from fluxgate_app.tracking.record import CostOverride

PARTS = ("input", "output", "cache_read", "cache_write", "reasoning")
MOST_PER_MILLION = Decimal(1_000_000)
_LONGEST = {"provider": 100, "model": 200, "source": 500}


class PriceRules:
    """The rules that calls are priced by, read into memory so that no call waits for the database."""

    def __init__(self, database: Database):
        self._database = database
        self._rules: tuple[PriceRule, ...] = ()

    def current(self) -> tuple[PriceRule, ...]:
        """The rules as they were at the last `refresh`."""
        return self._rules

    async def refresh(self) -> None:
        """Read them anew. Raises SQLAlchemyError while the database is away."""
        self._rules = await self._database.read(rules)


def rules(session: Session) -> tuple[PriceRule, ...]:
    """All of them, as calls are priced by them."""
    return tuple(_rule(row) for row in newest(session))


def newest(session: Session) -> list[PriceOverride]:
    """All of them, the newest first."""
    query = select(PriceOverride).order_by(col(PriceOverride.since).desc(), col(PriceOverride.id).desc())
    rows = list(session.exec(query))
    session.expunge_all()
    return rows


def add(
    session: Session,
    provider: str,
    model: str,
    since: datetime,
    price: CostOverride,
    *,
    source: str = "",
    made_by: str | None = None,
) -> str:
    """Set prices; gives the id of this decision. Raises Invalid."""
    _check({"provider": provider, "model": model, "source": source}, price)
    row = PriceOverride(
        provider=provider.strip().lower(),
        model=model.strip(),
        since=since,
        source=source,
        made_by=made_by,
        **{part: getattr(price, part) for part in PARTS},
    )
    session.add(row)
    session.flush()
    return row.id


def usd(written: str | None) -> Decimal | None:
    """An amount of USD per million tokens as a person writes it, None when nothing is written. Raises Invalid."""
    if not written:
        return None
    try:
        return Decimal(written)
    except InvalidOperation:
        raise Invalid(f"{written[:50]!r} is no amount of USD per million tokens") from None


def remove(session: Session, override_id: str) -> None:
    """Take prices back: from now on calls are priced without them. Raises NotFound."""
    row = session.get(PriceOverride, override_id)
    if row is None:
        raise NotFound(f"There are no prices {override_id[:64]!r}")
    session.delete(row)


def _check(texts: dict[str, str], price: CostOverride) -> None:
    for name, text in texts.items():
        if len(text) > _LONGEST[name] or "\0" in text or not (text.strip() or name == "source"):
            raise Invalid(
                f"{name} must have at most {_LONGEST[name]} characters, and a provider and a model at least one"
            )
    given = [getattr(price, part) for part in PARTS]
    if all(amount is None for amount in given):
        raise Invalid(f"Give at least one price of {', '.join(PARTS)}, in USD per million tokens")
    if any(amount is not None and not _is_price(amount) for amount in given):
        raise Invalid(f"A price must be 0 to {MOST_PER_MILLION:,} USD per million tokens")


def _is_price(amount: Decimal) -> bool:
    return amount.is_finite() and 0 <= amount <= MOST_PER_MILLION


def _rule(row: PriceOverride) -> PriceRule:
    price = CostOverride(row.input, row.output, row.cache_read, row.cache_write, row.reasoning)
    return PriceRule(row.id, row.provider, row.model, row.since, price)
