"""Pages that talk to the origin they were served from, whatever its port, host name or proxy."""

import re
from typing import Any

from reflex.utils.exec import is_prod_mode
from reflex_base.config import get_config
from reflex_base.constants import Endpoint
from reflex_base.plugins import Plugin

STATE_JS = "utils/state.js"

_GET_BACKEND_URL = re.compile(r"export const getBackendURL = \(url_str\) => \{\n.*?\n\};\n", re.DOTALL)

# Pages are also rendered once while they are built, where there is no location.
_OWN_ORIGIN = """\
export const getBackendURL = (url_str) => {
  return new URL(url_str ?? env.PING, globalThis.location?.href ?? "http://localhost");
};
"""


class OwnOrigin(Plugin):
    """Reflex bakes `ws://localhost:PORT` into built pages; this makes every address relative to the page instead."""

    def update_env_json(self, **context: Any) -> dict[str, Any] | None:
        """Paths instead of addresses. While developing, pages and API are on two ports: nothing to do then."""
        if not is_prod_mode():
            return None
        config = get_config()
        return {endpoint.name: config.prepend_backend_path(str(endpoint)) for endpoint in Endpoint}

    def pre_compile(self, **context: Any) -> None:
        """Let the pages resolve these paths against where they are."""
        context["add_modify_task"](STATE_JS, resolve_against_the_page)


def resolve_against_the_page(state_js: str) -> str:
    """Reflex's `utils/state.js` with a `getBackendURL` that understands paths; the same text again when it already has.

    Raises RuntimeError when a new Reflex has no such function: the pages would look for a server on localhost.
    """
    changed, found = _GET_BACKEND_URL.subn(_OWN_ORIGIN, state_js)
    if found != 1:
        raise RuntimeError(f"getBackendURL was found {found} times in Reflex's {STATE_JS}, expected once")
    return changed
