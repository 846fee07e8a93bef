"""What there is to talk to, and what lacks a key."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.providers.status import ProviderStatus, status
from fluxgate_app.states.person import identity_of

_SIGNS = {"ready": ("●", "good"), "demo": ("◐", "warn"), "no key": ("○", "off")}


@dataclass(frozen=True)
class Sign:
    """A state as a word, a sign and a tone."""

    word: str
    sign: str
    tone: str


@dataclass(frozen=True)
class ProviderLine:
    """A provider in words; where its calls go and which setting has its key is for admins."""

    title: str
    status: Sign
    words: str
    models: str
    key_setting: str
    host: str


class Providers(rx.State):
    """All providers, and the model that is asked when none is named."""

    is_loading: bool = True
    default: str = ""
    lines: list[ProviderLine] = []

    @rx.event
    async def load(self):
        """Read them from the settings of this process."""
        identity = await identity_of(self)
        default, found = await asyncio.to_thread(_known)
        self.default = default
        self.lines = [_line(one, identity.is_admin) for one in found]
        self.is_loading = False


def _known() -> tuple[str, list[ProviderStatus]]:
    catalogue = wiring.current().catalogue
    # The first of them is the default; to ask for it as the default would start it.
    return catalogue.models()[0].id, [status(source) for source in catalogue.sources()]


def _line(one: ProviderStatus, to_admin: bool) -> ProviderLine:
    return ProviderLine(
        title=one.title,
        status=Sign(one.state, *_SIGNS[one.state]),
        words=one.words,
        models=", ".join(one.models),
        key_setting=(one.key_setting or "") if to_admin else "",
        host=(one.host or "") if to_admin else "",
    )
