"""What Reflex needs to know: name, plugins. Everything else comes from Settings."""

import reflex as rx

config = rx.Config(app_name="fluxgate_app", telemetry_enabled=False)
