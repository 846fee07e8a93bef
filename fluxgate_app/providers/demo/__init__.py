"""A small local HTTP server that speaks the wire formats of OpenAI, Anthropic and Gemini, and fails on request."""

from fluxgate_app.providers.demo.connection import Record
from fluxgate_app.providers.demo.scenarios import DEMO_MODELS
from fluxgate_app.providers.demo.server import DemoServer

__all__ = ["DEMO_MODELS", "DemoServer", "Record"]
