"""FluxGate: chat with language models and know what every call cost and how slow it was."""
