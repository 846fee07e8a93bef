"""Build the long-lived objects from Settings, once: the one place where a test replaces them."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from fluxgate_app.accounts.admin_settings import AdminSettings
from fluxgate_app.accounts.counters import SharedCounters
from fluxgate_app.accounts.limits import Limits, LoginThrottle
from fluxgate_app.accounts.signup import SignUp
from fluxgate_app.chat import attachments, deliveries
from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.deliveries import Deliveries
from fluxgate_app.chat.generations import Generations
from fluxgate_app.chat.kept_answers import KeptAnswers
from fluxgate_app.db import Database
from fluxgate_app.events import text_index
from fluxgate_app.events.alerts.alerts import Alerts
from fluxgate_app.events.alerts.outside import Allows, is_outside
from fluxgate_app.events.alerts.webhook import AlertWebhook
from fluxgate_app.events.budgets.budgets import Budgets
from fluxgate_app.events.ingest import receipts
from fluxgate_app.events.ingest.intake import Intake
from fluxgate_app.events.live import Live
from fluxgate_app.events.otlp.traces import Traces
from fluxgate_app.events.price_overrides import PriceRules
from fluxgate_app.events.prune import Ages, prune
from fluxgate_app.events.recorder import Recorder
from fluxgate_app.gateway.gateway import Gateway
from fluxgate_app.models.columns import now
from fluxgate_app.providers.catalogue import Catalogue
from fluxgate_app.providers.demo import DemoServer
from fluxgate_app.providers.local import LocalModel
from fluxgate_app.settings import Settings, load
from fluxgate_app.tracking.prices import Prices

logger = logging.getLogger(__name__)

# The lease of a process that died runs out a while after it.
SWEEP_SECONDS = 2.0
FORGET_SECONDS = 3600.0
ALERT_SECONDS = 30.0
INDEX_SECONDS = 5.0
# So that others can write between two steps of a long way.
INDEX_PAUSE_SECONDS = 0.1


class Wiring:
    """What one process needs for as long as it serves. Building it opens and starts nothing; `running` does."""

    def __init__(self, settings: Settings, reaches: Allows = is_outside, *, stores_apart: bool = False):
        """`reaches` says which IP addresses the alerts' webhook may have, `stores_apart` is as `Recorder` has it."""
        self.settings = settings
        self.db = Database(settings.sqlalchemy_url)
        self.recorder = Recorder(self.db, settings.data_dir, settings.content_logging, stores_apart=stores_apart)
        self.live = Live(self.db)
        self.recorder.listen(self.live.stored)
        self.demo = DemoServer()
        self.catalogue = Catalogue(settings, self.demo, LocalModel())
        self.price_rules = PriceRules(self.db)
        rules = self.price_rules.current
        self.budgets = Budgets(self.db, self.recorder.process_id, settings.timezone)
        self.completions = Completions(self.catalogue, self.recorder, settings, rules, self.budgets)
        patience = settings.provider_timeout_seconds
        self.gateway = Gateway(self.completions, self.recorder, patience, rules, self.budgets)
        self.generations = Generations(self.db, self.completions, self.recorder.process_id, settings.max_message_chars)
        self.kept_answers = KeptAnswers(self.completions)
        self.deliveries = Deliveries(self.db, self.recorder.process_id)
        self.intake = Intake(self.db, settings.content_logging, Prices(rules))
        self.traces = Traces(self.db, self.intake.turn, settings.content_logging, Prices(rules))
        self.counters = SharedCounters(settings.redis_url.get_secret_value()) if settings.redis_url else None
        self.limits = Limits(self.counters)
        self.login_throttle = LoginThrottle(self.counters)
        self.admin_settings = AdminSettings(self.db)
        self.alerts = Alerts(
            self.db, settings.timezone, AlertWebhook(self.admin_settings, settings.signing_key, reaches)
        )
        self.sign_up = SignUp(self.db, self.admin_settings, self.counters)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Wiring"]:
        """Start everything, and stop it in the order in which one thing needs another: answers before their record."""
        async with AsyncExitStack() as stack:
            stack.callback(self.db.close)
            if self.counters is not None:
                stack.push_async_callback(self.counters.close)
            await asyncio.to_thread(self.recorder.start)
            stack.push_async_callback(asyncio.to_thread, self.recorder.stop)
            stack.callback(self.catalogue.stop)
            stack.push_async_callback(self.completions.close)
            stack.push_async_callback(self.gateway.close)
            await asyncio.to_thread(self.catalogue.start)
            await self.price_rules.refresh()
            await self.budgets.refresh()
            for work, seconds in (
                (self.price_rules.refresh, SWEEP_SECONDS),
                (self.budgets.refresh, SWEEP_SECONDS),
                (self.generations.sweep, SWEEP_SECONDS),
                (self.alerts.look, ALERT_SECONDS),
                (self.alerts.send, SWEEP_SECONDS),
                (self.forget, FORGET_SECONDS),
                (self.index_texts, INDEX_SECONDS),
            ):
                stack.callback(asyncio.create_task(repeat(work, seconds)).cancel)
            stack.push_async_callback(self.generations.close)
            stack.push_async_callback(self.kept_answers.close)
            stack.push_async_callback(self.deliveries.close)
            yield self

    async def forget(self) -> None:
        """Delete answers that nobody will ask for again, files not sent, and what is older than admins want it kept."""
        await self.db.write(deliveries.forget)
        await self.db.write(receipts.forget)
        await self.db.write(attachments.forget)
        kept = await self.admin_settings.current()
        ages = Ages(kept.contents_days, kept.requests_days, kept.figures_days)
        await asyncio.to_thread(prune, self.db, ages, now())

    async def index_texts(self) -> None:
        """Index the texts of the events that have come meanwhile."""
        while await self.db.read(text_index.is_behind):
            if not await self.db.write(text_index.extend):
                return
            await asyncio.sleep(INDEX_PAUSE_SECONDS)


async def repeat(work: Callable[[], Awaitable[object]], seconds: float) -> None:
    """Do it now and then every so many seconds, until cancelled. What fails is tried again the next time."""
    while True:
        try:
            await work()
        except Exception as error:
            logger.warning("%s failed and will be tried again: %s", work.__qualname__, type(error).__name__)
        await asyncio.sleep(seconds)


_current: list[Wiring] = []


def current() -> Wiring:
    """The one of this process, built at first use."""
    if not _current:
        use(Wiring(load(), stores_apart=True))
    return _current[0]


def use(wiring: Wiring) -> None:
    """Let this be the current one."""
    _current[:] = [wiring]
