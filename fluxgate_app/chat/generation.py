"""An answer that is being written in a stored conversation."""

from collections.abc import Callable
from functools import partial

from fluxgate_app.chat.completion_stream import CompletionStream
from fluxgate_app.chat.snapshots import Snapshot
from fluxgate_app.chat.turns import Turn
from fluxgate_app.chat.writing import Writing


class Generation(Writing):
    """One answer, from the moment its rows are saved."""

    def __init__(
        self, turn: Turn, account_id: str, stream: CompletionStream[str], written: Callable[["Generation"], None]
    ):
        super().__init__(turn.message_id, stream, partial(written, self), turn.so_far)
        self.conversation_id = turn.conversation_id
        self.question_id = turn.question_id
        self.earlier_calls = turn.earlier_calls
        self.account_id = account_id
        self.model = turn.model

    def snapshot(self) -> Snapshot:
        """What the database should know of it now."""
        return Snapshot(self.message_id, self.text, self.status, self.error, self.tracking_id)
