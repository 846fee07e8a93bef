"""An alert is sent, signed, until the webhook has it; and to nowhere inside."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from fluxgate_app.accounts.admin_settings import AdminSettings
from fluxgate_app.errors import Invalid
from fluxgate_app.events.alerts import told
from fluxgate_app.events.alerts.alerts import Alerts
from fluxgate_app.events.alerts.findings import Finding
from fluxgate_app.events.alerts.outside import is_outside
from fluxgate_app.events.alerts.webhook import AlertWebhook
from fluxgate_app.models import AlertDelivery, AlertKind
from fluxgate_app.models.columns import now
from fluxgate_app.signing import is_signed


class Receiver:
    """Somebody's webhook on this machine: `statuses` are what it answers, one after the other, then 204."""

    def __init__(self):
        self.received = []
        self.statuses = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.received.append((await request.read(), request.headers))
        status = self.statuses.pop(0) if self.statuses else 204
        return web.Response(status=status, headers={"Location": "/elsewhere"})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    here = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", here.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    here.url = f"http://localhost:{runner.addresses[0][1]}/hook"
    yield here
    await runner.cleanup()


def alerts_of(database, allows) -> Alerts:
    return Alerts(database, "UTC", AlertWebhook(AdminSettings(database), b"key", allows))


@pytest.fixture
def alerts(database) -> Alerts:
    """Those of a process that may reach this machine."""
    return alerts_of(database, lambda address: address in ("127.0.0.1", "::1"))


def tell(database, occasion: str = "once") -> None:
    with database.writing() as session:
        told.keep(session, [Finding(occasion, AlertKind.SPEND, "$9 were spent.")], sends=True)


def delivery(database):
    with database.reading() as session:
        [view] = told.newest(session)
        return view


def due_now(database) -> None:
    with database.writing() as session:
        row = session.get(AlertDelivery, told.newest(session)[0].id)
        row.due_at = now()
        session.add(row)


async def test_an_alert_is_delivered_once_and_signed(database, alerts, receiver):
    secret = await alerts.webhook.point_to(receiver.url, None)
    tell(database)
    assert await alerts.send() == 1
    assert await alerts.send() == 0
    [(body, headers)] = receiver.received
    assert b'"message":"$9 were spent."' in body
    stamp = headers["x-webhook-timestamp"]
    assert is_signed(secret, body, headers["x-webhook-signature"], stamp, float(stamp))
    assert delivery(database).delivered_at is not None


@pytest.mark.parametrize("status", [500, 404, 302])
async def test_it_is_tried_again_later_when_it_was_not_taken(database, alerts, receiver, status):
    await alerts.webhook.point_to(receiver.url, None)
    receiver.statuses = [status]
    tell(database)
    assert await alerts.send() == 0
    assert delivery(database).error == f"it answered {status}"
    assert await alerts.send() == 0
    assert len(receiver.received) == 1
    due_now(database)
    assert await alerts_of(database, alerts.webhook._allows).send() == 1
    assert (delivery(database).attempts, delivery(database).error) == (2, None)


async def test_it_is_given_up_in_the_end(database, alerts, receiver):
    await alerts.webhook.point_to(receiver.url, None)
    receiver.statuses = [500] * 99
    tell(database)
    for _ in range(told.MOST_ATTEMPTS + 3):
        await alerts.send()
        if delivery(database).attempts < told.MOST_ATTEMPTS:
            due_now(database)
    assert len(receiver.received) == told.MOST_ATTEMPTS


async def test_nothing_inside_is_reached_by_its_address_or_by_a_name(database, receiver):
    alerts = alerts_of(database, is_outside)
    port = receiver.url.split(":")[2]
    for number, host in enumerate(("localhost", "127.0.0.1", "[::1]", "127.1", "[::ffff:127.0.0.1]")):
        await alerts.webhook.point_to(f"http://{host}:{port}", None)
        tell(database, f"occasion {number}")
        assert await alerts.send() == 0
    assert receiver.received == []
    with database.reading() as session:
        assert all(view.error for view in told.newest(session))


async def test_two_processes_send_it_once(database, alerts, receiver):
    await alerts.webhook.point_to(receiver.url, None)
    tell(database)
    with database.writing() as session:
        assert told.take_due(session, now()) is not None
    assert await alerts.send() == 0
    with database.writing() as session:
        assert told.take_due(session, now() + timedelta(seconds=9)) is None
        assert told.take_due(session, now() + timedelta(seconds=11)) is not None


@pytest.mark.parametrize(
    "url", ["ftp://a.example", "https://", "hooks.example", "https://me:pw@a.example", "https://a b", "https://a:0/"]
)
async def test_it_refuses_what_is_no_webhook(alerts, url):
    with pytest.raises(Invalid, match="A webhook is an address such as"):
        await alerts.webhook.point_to(url, None)
    assert await alerts.webhook.url() == ""
