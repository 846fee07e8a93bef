"""Webhooks: something happens elsewhere, and a model is asked about it. A new one is a file and a name here."""

from fluxgate_app.api.webhooks.support import SUPPORT
from fluxgate_app.api.webhooks.webhook import routes

router = routes(SUPPORT)
