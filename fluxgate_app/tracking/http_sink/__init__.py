"""Calls of other programs, sent to a FluxGate server: journalled at once, posted in batches, kept while it is away."""

from fluxgate_app.tracking.http_sink.sink import HttpSink, sink_from_environment

__all__ = ["HttpSink", "sink_from_environment"]
