"""Answers outside stored conversations that go on when their reader leaves: found again by the reader's own id."""

import asyncio

from fluxgate_app.chat.completion import Completions
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.chat.writing import Writing
from fluxgate_app.models.ids import new_id
from fluxgate_app.providers.catalogue import Model

CLOSING_SECONDS = 1.0


class KeptAnswers:
    """Those that are being written, each under an account and an id that this account chose; none after its end."""

    def __init__(self, completions: Completions):
        self._completions = completions
        self._running: dict[tuple[str, str], Writing] = {}

    def start(self, account_id: str, chat_id: str, request: ChatRequest, model: Model) -> Writing:
        """Have an answer written. What was still being written under this id is stopped: its reader has moved on."""
        if before := self.running(account_id, chat_id):
            before.stop()

        def written() -> None:
            if self.running(account_id, chat_id) is writing:
                del self._running[account_id, chat_id]
            writing.announce_end()

        writing = Writing(new_id("msg"), self._completions.stream(request, model), written)
        self._running[account_id, chat_id] = writing
        return writing

    def running(self, account_id: str, chat_id: str) -> Writing | None:
        """The one that is being written under this id."""
        return self._running.get((account_id, chat_id))

    async def close(self) -> None:
        """End with the process: what is being written is interrupted."""
        ending = [asyncio.create_task(writing.wait()) for writing in self._running.values()]
        for writing in list(self._running.values()):
            writing.interrupt()
        if ending:
            await asyncio.wait(ending, timeout=CLOSING_SECONDS)
