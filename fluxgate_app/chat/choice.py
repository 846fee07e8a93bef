"""Which model a request means."""

from fluxgate_app.accounts.allowed_models import EVERY_MODEL, AllowedModels
from fluxgate_app.chat.clients import Clients
from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Invalid
from fluxgate_app.providers.catalogue import Catalogue, Model

_LONGEST_MODEL = 150
# Anybody may make names up.
_MOST_KNOWN = 1000


class Choice:
    """Finds models in the catalogue, in a thread as one may have to be started, and remembers those that stay."""

    def __init__(self, catalogue: Catalogue, clients: Clients):
        self._catalogue = catalogue
        self._clients = clients
        self._known: dict[tuple[str | None, str | None], Model] = {}

    async def choose(
        self, model: str | None, provider: str | None = None, allowed: AllowedModels = EVERY_MODEL
    ) -> Model:
        """The model that a request means, started if it is on this machine; where it names none, one that is allowed.

        Raises what `Catalogue.resolve` does, and Forbidden.
        """
        found = await self._named(model, provider)
        if model is None and provider is None and not allowed.allows(found):
            offered = await self._clients.in_thread(self._catalogue.models)
            if (instead := next(filter(allowed.allows, offered), None)) is not None:
                return await self._named(instead.id, None)
        allowed.require(found)
        return found

    async def _named(self, model: str | None, provider: str | None) -> Model:
        if model is not None and (len(model) > _LONGEST_MODEL or not is_storable(model)):
            raise Invalid("Unknown model: a model's name has at most 150 characters")
        if (known := self._known.get((model, provider))) is not None:
            return known
        found = await self._clients.in_thread(self._catalogue.resolve, model, provider)
        # A vendor stays where it is; what runs on this machine may have to be started again.
        if found.provider.origin == "real" and len(self._known) < _MOST_KNOWN:
            self._known[model, provider] = found
        return found
