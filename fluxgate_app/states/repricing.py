"""Price what the list shows again, after a look at what that would change: for admins."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.chat.pricing import prices_by_provider
from fluxgate_app.errors import FluxGateError, Invalid
from fluxgate_app.events import filters
from fluxgate_app.events.reprice import Change, Report, reprice
from fluxgate_app.states import figures
from fluxgate_app.states.person import admin_of
from fluxgate_app.states.request_filters import Pairs, pairs_of
from fluxgate_app.states.requests import Requests

# What takes a minute or so; for more there is the command, which holds up no page.
MOST = 200_000
LOOK_SECONDS = 0.25
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PricedLine:
    """The calls of a model whose cost changes, and what they cost together; `tone` says whether that is more."""

    model: str
    calls: str
    before: str
    after: str
    difference: str


class Repricing(rx.State):
    """`phase` is empty, `looking`, `seen`, `pricing` or `done`; `words` sum up what would change, or has."""

    phase: str = ""
    trouble: str = ""
    looked_at: str = ""
    words: str = ""
    changes: bool = False
    lines: list[PricedLine] = []

    @rx.event(background=True)
    async def preview(self):
        """Say what would change, and change nothing."""
        await self._run("looking", dry_run=True)

    @rx.event(background=True)
    async def apply(self):
        """Price them again, and show the list as it is then."""
        if await self._run("pricing", dry_run=False):
            return Requests.load
        return None

    @rx.event
    async def forget(self):
        """Begin anew the next time: other filters, or other prices."""
        await admin_of(self)
        self.reset()

    async def _run(self, phase: str, *, dry_run: bool) -> bool:
        async with self:
            await admin_of(self)
            wanted = pairs_of(self)
            self.phase, self.trouble, self.looked_at, self.lines, self.words = phase, "", "", [], ""
        try:
            report = await priced(wanted, self._say, dry_run=dry_run)
        except FluxGateError as error:
            async with self:
                self.phase, self.trouble = "", error.message
            return False
        async with self:
            self.phase, self.changes = ("seen" if dry_run else "done"), bool(report.changed)
            self.words = summed_up(report, dry_run=dry_run)
            self.lines = [line(change) for change in report.changes]
        return True

    async def _say(self, calls: int) -> None:
        async with self:
            self.looked_at = figures.exact_count(calls)


async def priced(asked: Pairs, said: Callable[[int], Awaitable[None]], *, dry_run: bool) -> Report:
    """Price what these pairs of an address ask for, or only look; `said` hears how many were looked at until now.

    Raises Invalid for pairs that cannot be, and when they ask for too much.
    """
    now, done = wiring.current(), [0]
    wanted = filters.parse(asked, datetime.now(UTC))
    prices = prices_by_provider(now.settings.endpoints, now.price_rules.current)
    progress, begin = _stopping(done), wanted.since or _EVER
    work = asyncio.create_task(
        asyncio.to_thread(reprice, now.db, prices, begin, wanted, dry_run=dry_run, progress=progress)
    )
    while not (await asyncio.wait([work], timeout=LOOK_SECONDS))[0]:
        await said(done[0])
    return work.result()


def _stopping(done: list[int]) -> Callable[[int], None]:
    def progress(calls: int) -> None:
        done[0] = calls
        if calls > MOST:
            raise Invalid(f"More than {MOST:,} requests: choose a shorter time, or use fluxgate reprice")

    return progress


def summed_up(report: Report, *, dry_run: bool) -> str:
    """How many change, and by how much in all."""
    would = "would change" if dry_run else "changed"
    said = f"{report.changed:,} of {report.calls:,} requests {would}"
    if not report.changed:
        return said
    return f"{said}, by {_signed(sum((_difference(change) for change in report.changes), Decimal(0)))} in all"


def _difference(change: Change) -> Decimal:
    return (change.after or Decimal(0)) - (change.before or Decimal(0))


def _signed(usd: Decimal) -> str:
    return f"{'−' if usd < 0 else '+'}{figures.money(abs(usd))}"


def line(change: Change) -> PricedLine:
    """The calls of a model in words."""
    return PricedLine(
        model=f"{change.provider}/{change.model}",
        calls=figures.count(change.calls),
        before=figures.money(change.before),
        after=figures.money(change.after),
        difference=_signed(_difference(change)),
    )
