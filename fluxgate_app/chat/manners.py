"""How the answers of a conversation are to be written: as whom, how boldly, how long, at once or as they come."""

from dataclasses import dataclass

from sqlmodel import Session

from fluxgate_app.chat.conversations import owned
from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Invalid
from fluxgate_app.models import Conversation

HOTTEST = 2.0
MOST_TOKENS = 999_999_999
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Manner:
    """What is None the provider decides, and no `persona` is a plain helper. `max_tokens` is the longest answer."""

    persona: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    is_streamed: bool = True

    def checked(self) -> "Manner":
        """Itself. Raises Invalid for what no provider would take."""
        if self.persona is not None and (len(self.persona) > _LONGEST_NAME or not is_storable(self.persona)):
            raise Invalid(f"A persona must have at most {_LONGEST_NAME} characters")
        if self.temperature is not None and not 0 <= self.temperature <= HOTTEST:
            raise Invalid("The temperature must be 0 to 2, or left out")
        if self.max_tokens is not None and not 1 <= self.max_tokens <= MOST_TOKENS:
            raise Invalid("The longest answer must be 1 token or more, or left out")
        return self


def manner_of(row: Conversation) -> Manner:
    """How this conversation is answered."""
    return Manner(row.persona, row.temperature, row.max_tokens, row.is_streamed)


def get(session: Session, account_id: str, conversation_id: str) -> Manner:
    """How this conversation is answered. Raises NotFound for another's."""
    return manner_of(owned(session, account_id, conversation_id))


def set_manner(session: Session, account_id: str, conversation_id: str, manner: Manner) -> None:
    """Answer it so from now on. Raises NotFound for another's, Invalid as `Manner.checked` does."""
    manner.checked()
    row = owned(session, account_id, conversation_id, lock=True)
    row.persona, row.temperature = manner.persona or None, manner.temperature
    row.max_tokens, row.is_streamed = manner.max_tokens, manner.is_streamed
