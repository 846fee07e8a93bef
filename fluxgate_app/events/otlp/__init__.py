"""Calls that other programs traced with OpenTelemetry: their spans become events, each call once."""
