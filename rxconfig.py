"""What Reflex must know; everything a person can set is in `fluxgate_app/settings.py`."""

import os
import sys
from pathlib import Path

# Node comes as a Python package: `node` and `npm` lie beside the interpreter.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
os.environ.setdefault("REFLEX_USE_NPM", "1")
os.environ.setdefault("REFLEX_CHECK_LATEST_VERSION", "false")

import reflex as rx
from reflex.constants import StateManagerMode
from reflex.plugins import SitemapPlugin

from fluxgate_app.serving.own_origin import OwnOrigin
from fluxgate_app.settings import load

settings = load()

config = rx.Config(
    app_name="fluxgate_app",
    plugins=[OwnOrigin()],
    disable_plugins=[SitemapPlugin],
    telemetry_enabled=False,
    show_built_with_reflex=False,
    # Foreign origins are the shell's business (`fluxgate_app/serving/shell.py`), for pages and routes alike.
    cors_allowed_origins=(),
    trusted_proxy_hops=settings.trusted_proxies,
    # In memory, because Reflex's default would write every chat to disk in clear text.
    state_manager_mode=StateManagerMode.REDIS if settings.redis_url else StateManagerMode.MEMORY,
    redis_url=settings.redis_url.get_secret_value() if settings.redis_url else None,
)
