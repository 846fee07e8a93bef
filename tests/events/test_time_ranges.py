"""Days and times are those of the reader's zone, also half an hour off and when clocks change."""

from datetime import UTC, datetime

import pytest

from fluxgate_app.events.filters import parse

# A Wednesday, already the 5th in Auckland, half past five in the afternoon in Kolkata.
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)

CASES = {
    "range=today": ("2026-03-04T00:00", None),
    "range=yesterday": ("2026-03-03T00:00", "2026-03-04T00:00"),
    "range=this-week": ("2026-03-02T00:00", None),
    "range=last-week": ("2026-02-23T00:00", "2026-03-02T00:00"),
    "range=this-month": ("2026-03-01T00:00", None),
    "range=last-month": ("2026-02-01T00:00", "2026-03-01T00:00"),
    "range=90m": ("2026-03-04T10:30", None),
    "range=4w": ("2026-02-04T12:00", None),
    "range=today&timezone=Asia/Kolkata": ("2026-03-03T18:30", None),
    "range=today&timezone=Pacific/Auckland": ("2026-03-04T11:00", None),
    "range=today&timezone=America/St_Johns": ("2026-03-04T03:30", None),
    "range=last-month&timezone=Asia/Kathmandu": ("2026-01-31T18:15", "2026-02-28T18:15"),
    "from=2026-03-01&timezone=Asia/Kolkata": ("2026-02-28T18:30", None),
    "from=2026-03-01T00:00:00Z&timezone=Asia/Kolkata": ("2026-03-01T00:00", None),
    # Berlin's clocks go from 2 to 3 on 29 March 2026, and back from 3 to 2 on 25 October.
    "from=2026-03-29&to=2026-03-30&timezone=Europe/Berlin": ("2026-03-28T23:00", "2026-03-29T22:00"),
    "from=2025-10-26&to=2025-10-27&timezone=Europe/Berlin": ("2025-10-25T22:00", "2025-10-26T23:00"),
    "from=2026-03-29T03:00&timezone=Europe/Berlin": ("2026-03-29T01:00", None),
}


@pytest.mark.parametrize(("query", "bounds"), CASES.items(), ids=CASES)
def test_a_range_begins_and_ends_where_the_zone_says(query: str, bounds: tuple[str, str | None]):
    filters = parse([tuple(pair.split("=")) for pair in query.split("&")], NOON)
    expected = [moment and datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in bounds]
    assert [filters.since, filters.until] == expected


def test_a_day_is_as_long_as_its_zone_makes_it():
    after_the_change = datetime(2026, 3, 30, 8, tzinfo=UTC)
    day = parse([("range", "yesterday"), ("timezone", "Europe/Berlin")], after_the_change)
    assert day.since and day.until
    assert (day.until - day.since).total_seconds() == 23 * 3600


def test_a_column_s_times_are_of_the_zone_too():
    asked = [("createdAt.gte", "2026-03-01"), ("timezone", "Asia/Kolkata")]
    (filter,) = parse(asked, NOON).columns
    assert filter.values == (datetime(2026, 2, 28, 18, 30, tzinfo=UTC),)
