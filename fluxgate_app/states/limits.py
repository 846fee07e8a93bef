"""What the settings say about limits, for admins to read."""

from dataclasses import dataclass

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.settings import Settings
from fluxgate_app.states.admin_tab import AdminTab


@dataclass(frozen=True)
class SetLine:
    """A setting: what it is called, what it is, what that means."""

    name: str
    value: str
    words: str


# What each means, by the name of its field.
_WORDS = {
    "rate_limit_per_minute": "Chat requests a minute for a signed-in person",
    "api_rate_limit_per_minute": "Requests a minute for a key without a limit of its own",
    "max_message_chars": "The longest message, in characters",
    "provider_timeout_seconds": "How long a provider may be silent, in seconds",
    "timezone": "Whose days and months are counted",
    "demo": "Whether the demo provider is offered beside real keys",
}


class Limits(AdminTab, rx.State):
    """The settings of this process, none of them a secret."""

    lines: list[SetLine] = []

    async def _read(self) -> None:
        self.lines = [_line(wiring.current().settings, name) for name in _WORDS]


def _line(settings: Settings, name: str) -> SetLine:
    value = getattr(settings, name)
    shown = str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
    return SetLine(str(Settings.model_fields[name].validation_alias), shown, _WORDS[name])
