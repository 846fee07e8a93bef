"""What is told: budgets that run out, and figures above what a rule allows; each once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from fluxgate_app.accounts.admin_settings import AdminSettings
from fluxgate_app.events.alerts import rules, told
from fluxgate_app.events.alerts.alerts import Alerts
from fluxgate_app.events.alerts.outside import is_outside
from fluxgate_app.events.alerts.webhook import AlertWebhook
from fluxgate_app.events.budgets import decisions
from fluxgate_app.events.store import store
from fluxgate_app.models.columns import now
from fluxgate_app.tracking import Status


@pytest.fixture
def alerts(database):
    return Alerts(database, "UTC", AlertWebhook(AdminSettings(database), b"key", is_outside))


@pytest.fixture
def keep(database, make_call):
    """Keep calls that were made a minute ago."""

    def keep(count: int, first: int = 1, **how):
        at = now() - timedelta(minutes=1)
        with database.writing() as session:
            numbers = range(first, first + count)
            store(session, [make_call(number, **({"created_at": at} | how)) for number in numbers], "proc_1")

    return keep


def messages(database) -> list[str]:
    with database.reading() as session:
        return [alert.message for alert in told.newest(session)]


def add_rule(database, kind: str, threshold: str, minutes: int = 60) -> None:
    with database.writing() as session:
        rules.add(session, kind, Decimal(threshold), minutes)


async def test_a_budget_is_told_of_at_80_percent_and_when_it_is_used_up(database, alerts, keep):
    with database.writing() as session:
        decisions.add(session, "feature", "chat", "month", Decimal(10))
    keep(1, cost=Decimal("7.9"), created_at=now())
    assert await alerts.look() == []
    keep(1, 2, cost=Decimal("0.2"), created_at=now())
    assert len(await alerts.look()) == 1
    assert await alerts.look() == []
    keep(1, 3, cost=Decimal(2), created_at=now())
    assert len(await alerts.look()) == 1
    assert messages(database) == [
        "The budget of feature chat is used up: $10.10 of $10.00 this month.",
        "The budget of feature chat is used to 81 %: $8.10 of $10.00 this month.",
    ]


@pytest.mark.parametrize(
    ("kind", "threshold", "how", "said"),
    [
        ("spend", "1", {"cost": Decimal("0.2")}, "$2.40 were spent in the last 60 minutes, more than $1.00."),
        ("errorRate", "5", {"status": Status.ERROR}, "100.0 % of the requests in the last 60 minutes failed"),
        ("latency", "500", {"latency_in_ms": 2000.0}, "The first token took "),
        ("duration", "900", {"streaming_duration_in_ms": 9000.0}, "A request took "),
        ("unpriced", "3", {"cost": None}, "12 calls to openai/gpt-4o in the last 60 minutes have no known price."),
    ],
)
async def test_a_figure_above_the_threshold_is_told_once(*, database, alerts, keep, kind, threshold, how, said):
    add_rule(database, kind, threshold)
    assert await alerts.look() == []
    keep(12, **how)
    assert len(await alerts.look()) == 1
    await alerts.look()
    [message] = messages(database)[-1:]
    assert message.startswith(said)


async def test_calls_that_no_budget_counts_are_told_once_a_day(database, alerts, keep):
    keep(3, cost=None)
    assert await alerts.look() == []
    with database.writing() as session:
        decisions.add(session, "overall", "", "day", Decimal(10))
    assert len(await alerts.look()) == 1
    keep(3, 10, cost=None)
    assert await alerts.look() == []
    said = "3 calls to openai/gpt-4o in the last 24 hours have no known price: no budget counts them."
    assert messages(database) == [said]


async def test_a_budget_that_refuses_such_calls_has_nothing_to_tell(database, alerts, keep):
    with database.writing() as session:
        decisions.add(session, "overall", "", "day", Decimal(10), refuses_unpriced=True)
    keep(3, cost=None)
    assert await alerts.look() == []


async def test_what_lies_below_or_before_is_not_told(database, alerts, keep):
    for kind, threshold in (("spend", "5"), ("errorRate", "50"), ("latency", "60000"), ("unpriced", "0")):
        add_rule(database, kind, threshold, 30)
    keep(12)
    keep(12, 20, cost=Decimal(9), status=Status.ERROR, created_at=now() - timedelta(hours=2))
    assert await alerts.look() == []


async def test_a_rate_of_a_few_calls_says_nothing(database, alerts, keep):
    add_rule(database, "errorRate", "1")
    keep(9, status=Status.ERROR)
    assert await alerts.look() == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.9.9",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "no address",
    ],
)
def test_no_address_of_ours_is_outside(address):
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_those_of_the_internet_are(address):
    assert is_outside(address)
