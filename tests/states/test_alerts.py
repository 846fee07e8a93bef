"""Alerts as admins see and set them on their page."""

import pytest

from fluxgate_app.errors import Forbidden
from fluxgate_app.events.alerts import told
from fluxgate_app.events.alerts.findings import Finding
from fluxgate_app.models import AlertKind
from fluxgate_app.states.alerts import Alerts
from fluxgate_app.states.person import Person

from .test_settings import ADA, BOB, opened

WANTED = {"kind": "spend", "threshold": "$10", "minutes": "60"}


async def test_a_rule_is_added_and_removed(now, tab) -> None:
    alerts = await opened(tab, ADA, Alerts)
    await alerts.make(WANTED)
    [line] = alerts.rules
    assert (line.title, line.window) == ("more than $10.00 spent", "over the last 60 minutes")
    await alerts.remove(line.id)
    assert alerts.rules == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"threshold": "much"}, "More than: 'much' is no number"),
        ({"minutes": ""}, "Over the last minutes: write a whole number"),
        ({"minutes": "1"}, "A rule looks at the last 5 to 44,640 minutes"),
        ({"kind": "budget"}, "A rule's kind is among spend, errorRate, latency, duration, unpriced"),
    ],
)
async def test_what_is_no_rule_is_refused_in_words(now, tab, wrong, words) -> None:
    alerts = await opened(tab, ADA, Alerts)
    await alerts.make(WANTED | wrong)
    assert words in alerts.making.trouble
    assert alerts.rules == []


async def test_the_webhook_s_secret_is_there_until_the_page_has_it(now, tab) -> None:
    alerts = await opened(tab, ADA, Alerts)
    await alerts.point({"url": "https://hooks.example.com/x"})
    assert alerts.webhook == "https://hooks.example.com/x"
    assert alerts.secret
    await alerts.forget()
    assert alerts.secret == ""


async def test_the_bell_counts_what_nobody_has_acknowledged(now, tab) -> None:
    with now.db.writing() as session:
        told.keep(session, [Finding("once", AlertKind.SPEND, "$9 were spent.")], sends=False)
    person = await tab(ADA).get_state(Person)
    await person.greet()
    assert person.alerts == 1
    other = await tab(BOB).get_state(Person)
    await other.greet()
    assert other.alerts == 0
    alerts = await opened(tab, ADA, Alerts)
    assert [(line.message, line.is_known) for line in alerts.lines] == [("$9 were spent.", False)]
    await alerts.acknowledge(alerts.lines[0].id)
    assert [line.is_known for line in alerts.lines] == [True]
    await person.greet()
    assert person.alerts == 0


async def test_nobody_but_an_admin_sees_or_changes_alerts(now, tab) -> None:
    alerts = await opened(tab, BOB, Alerts)
    assert alerts.is_loading
    for handler, arguments in (
        ("make", [WANTED]),
        ("remove", ["rule_1"]),
        ("point", [{"url": ""}]),
        ("forget", []),
        ("acknowledge", [""]),
    ):
        with pytest.raises(Forbidden):
            await getattr(alerts, handler)(*arguments)
