"""What the SDKs' own `_post` is asked, and what it is answered before that becomes what the caller wanted."""

from collections.abc import Callable
from typing import Any

from fluxgate_app.tracking.vendor import Arguments


def asked(arguments: Arguments) -> Arguments:
    """The body that is posted, which is made of the arguments of the SDK's method."""
    return arguments["body"]


def heard_first(arguments: Arguments, hear: Callable[[Any], None]) -> Arguments:
    """The arguments of a post whose answer is heard before the SDK parses it: that may raise, and it is billed."""
    options = arguments["options"]
    parse = options.get("post_parser")
    if parse is None:
        return arguments

    def parser(answer: Any) -> Any:
        hear(answer)
        return parse(answer)

    return {**arguments, "options": {**options, "post_parser": parser}}
