"""What happens to an exception that no handler expected: logged, and said on the page in words."""

import logging
from typing import cast

import reflex as rx
from reflex.event import EventSpec

from fluxgate_app.errors import FluxGateError, Unauthorized
from fluxgate_app.states.person import SIGN_IN, Person

logger = logging.getLogger(__name__)


def say_so(exception: Exception) -> EventSpec:
    """To the sign-in page when nobody is signed in any more; else the error's words, where it has any for people."""
    if isinstance(exception, Unauthorized):
        return cast(EventSpec, rx.redirect(SIGN_IN))
    if isinstance(exception, FluxGateError):
        return cast(EventSpec, Person.fail(exception.message))
    logger.error("an event handler failed", exc_info=exception)
    return cast(EventSpec, Person.fail("An unexpected error occurred"))
