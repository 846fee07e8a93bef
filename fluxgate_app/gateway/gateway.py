"""The gateway: one request in a vendor's form, to whichever vendor serves the model that it names."""

from fluxgate_app.accounts.allowed_models import AllowedModels
from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.pricing import Rules
from fluxgate_app.errors import Invalid
from fluxgate_app.events.budgets.budgets import Budgets
from fluxgate_app.gateway.asked import Asked, Reply
from fluxgate_app.gateway.passthrough import Passthrough
from fluxgate_app.gateway.translation import translate
from fluxgate_app.providers.catalogue import Model
from fluxgate_app.providers.vendors import VENDORS
from fluxgate_app.tracking import Sink

_OWN_NAMES = (*(vendor.name for vendor in VENDORS), "local", "demo")


class Gateway:
    """Hands a call through where the model's vendor speaks the client's form, and translates it where not."""

    def __init__(self, completions: Completions, sink: Sink, timeout: float, rules: Rules, budgets: Budgets):
        self._completions = completions
        self._passthrough = Passthrough(sink, timeout, rules, budgets)

    async def choose(self, asked: Asked, allowed: AllowedModels) -> Model:
        """The model that a request names. Raises Invalid, Forbidden, and ProviderFailed where a key is missing."""
        name = asked.body.get("model")
        if not isinstance(name, str) or not name:
            raise Invalid("'model' must be the name of a model")
        return await self._completions.choose(name, None, allowed)

    async def answer(self, asked: Asked, model: Model) -> Reply:
        """What the model answers, its vendor's refusals included.

        Raises ProviderFailed, Blocked by a budget, and Invalid for what cannot be translated.
        """
        if asked.route.form.spoken_by(model.provider):
            return await self._passthrough.answer(asked, model)
        return await translate(self._completions, asked, model)

    async def close(self) -> None:
        """Give all connections back."""
        await self._passthrough.close()


def named(model: Model) -> str:
    """The name to ask for a model by: its own, unless that could mean another vendor's."""
    return model.name if model.provider.name in _OWN_NAMES else model.id
