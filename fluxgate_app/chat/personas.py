"""Named system prompts, who the model is asked to be: a person's own, those that admins share, and one that ships."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Conflict, Forbidden, Invalid, NotFound
from fluxgate_app.models import Account, Persona, Role

DEFAULT_SYSTEM = "You are a helpful assistant."
LONGEST_NAME = 100
LONGEST_PROMPT = 20_000
MOST = 200

_SHIPPED = {
    "support-agent": (
        "You are a friendly, patient customer support agent. Find out what the customer needs, answer in short plain "
        "steps, and say so openly when you do not know something or when a person has to take over. "
        "Never invent policies, prices or promises."
    ),
}


@dataclass(frozen=True, slots=True)
class PersonaView:
    """A name and its system prompt; `id` is empty for one that ships."""

    id: str
    name: str
    prompt: str
    is_shared: bool


def prompt_of(session: Session, account_id: str, name: str | None) -> str | None:
    """The prompt of the persona that this account means: its own, else a shared one, else one that ships.

    None for one that is not known (spec section 5: ignored).
    """
    if not name or not is_storable(name):
        return None
    query = select(Persona).where(Persona.name == name, _visible_to(account_id)).order_by(col(Persona.created_at))
    found = sorted(session.exec(query), key=lambda row: row.account_id is None)
    return found[0].prompt if found else _SHIPPED.get(name)


def available(session: Session, account_id: str) -> list[PersonaView]:
    """All that this account can choose and may have made, by name."""
    rows = session.exec(select(Persona).where(_visible_to(account_id))).all()
    made = [PersonaView(row.id, row.name, row.prompt, row.account_id is None) for row in rows]
    taken = {persona.name for persona in made}
    shipped = [PersonaView("", name, prompt, True) for name, prompt in _SHIPPED.items() if name not in taken]
    return sorted([*made, *shipped], key=lambda persona: (persona.name.lower(), persona.is_shared))


def make(session: Session, account_id: str, name: str, prompt: str, *, is_shared: bool = False) -> str:
    """Add one, or give the one of this name another prompt; gives its id. Conversations use it from their next answer.

    Raises Forbidden for a shared one by somebody who is no admin, Invalid for a name or prompt that is none or too
    long, Conflict for more than 200.
    """
    name, prompt = " ".join(name.split()), prompt.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not is_storable(name):
        raise Invalid(f"A name must have 1 to {LONGEST_NAME} characters")
    if not 1 <= len(prompt) <= LONGEST_PROMPT or not is_storable(prompt):
        raise Invalid(f"A prompt must have 1 to {LONGEST_PROMPT} characters")
    owner = _owner(session, account_id, is_shared)
    existing = session.exec(select(Persona).where(col(Persona.account_id).is_not_distinct_from(owner))).all()
    row = next((row for row in existing if row.name == name), None)
    if row is None and len(existing) >= MOST:
        raise Conflict(f"There are {MOST} personas: remove one of them")
    row = row or Persona(account_id=owner, name=name, prompt=prompt)
    row.prompt = prompt
    session.add(row)
    return row.id


def remove(session: Session, account_id: str, persona_id: str) -> None:
    """Forget it; conversations that had it go on without. Raises NotFound for another's, Forbidden for a shared one."""
    row = session.get(Persona, persona_id) if is_storable(persona_id) else None
    if row is None or row.account_id not in (None, account_id):
        raise NotFound
    _owner(session, account_id, row.account_id is None)
    session.delete(row)


def _owner(session: Session, account_id: str, is_shared: bool) -> str | None:
    # Whoever makes two of one name at once waits here.
    account = session.exec(select(Account).where(Account.id == account_id).with_for_update()).one()
    if is_shared and account.role is not Role.ADMIN:
        raise Forbidden
    return None if is_shared else account_id


def _visible_to(account_id: str) -> ColumnElement[bool]:
    return or_(col(Persona.account_id) == account_id, col(Persona.account_id).is_(None))
