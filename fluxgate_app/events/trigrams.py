"""An index of texts by all their groups of three characters, in any language: of SQLite, or of PostgreSQL's pg_trgm."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, column, func, literal, or_, select, table, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from fluxgate_app.events.containment import contains
from fluxgate_app.events.tables import EVENT_BLOCKS

LENGTH = 3
# So many say where a text may be; to look for more of a long one costs more than it tells.
MOST = 24
_INDEX = table("event_text", column("rowid"), column("event_text"))
_ON_SQLITE = (
    # Only which block has which groups: where in it they are would take ten times the room.
    "CREATE VIRTUAL TABLE event_text USING fts5(text, content='', detail='none', columnsize=0, tokenize='trigram')"
)
_ON_POSTGRESQL = "CREATE INDEX IF NOT EXISTS ix_event_block_text ON event_block USING gin (text gin_trgm_ops)"

# Any of these texts, and that for each of several filters.
Wanted = Sequence[Sequence[str]]


def keeps_text(session: Session) -> bool:
    """Whether blocks keep their text."""
    return session.connection().dialect.name == "postgresql"


def prepare(session: Session, *, is_empty: bool) -> bool:
    """Make the index unless there is one, anew when nothing `is_empty`; False where the database cannot have one."""
    connection = session.connection()
    if keeps_text(session):
        return exists(session) or _made_on_postgresql(session)
    if is_empty:
        connection.execute(text("DROP TABLE IF EXISTS event_text"))
        connection.execute(text(_ON_SQLITE))
    return exists(session)


def _made_on_postgresql(session: Session) -> bool:
    try:
        with session.begin_nested():
            session.connection().execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            session.connection().execute(text(_ON_POSTGRESQL))
    except DBAPIError:
        # It is not there, or not for this user.
        return False
    return True


def exists(session: Session) -> bool:
    """Whether there is an index."""
    named = (
        "SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_event_block_text' AND schemaname = current_schema()"
        if keeps_text(session)
        else "SELECT count(*) FROM sqlite_master WHERE name = 'event_text'"
    )
    return bool(session.connection().execute(text(named)).scalar_one())


def add(session: Session, texts: Sequence[tuple[int, str]]) -> None:
    """Index the texts of these blocks, where blocks do not keep them."""
    if texts and not keeps_text(session):
        session.connection().exec_driver_sql("INSERT INTO event_text (rowid, text) VALUES (?, ?)", list(texts))


def remove(session: Session, texts: Sequence[tuple[int, str]]) -> None:
    """Take the texts of these blocks out, as they were added, where blocks do not keep them."""
    if texts and not keeps_text(session):
        taken = "INSERT INTO event_text (event_text, rowid, text) VALUES ('delete', ?, ?)"
        session.connection().exec_driver_sql(taken, list(texts))


def can_find(wanted: Wanted) -> bool:
    """Whether every filter's texts are long enough."""
    return bool(wanted) and all(len(each) >= LENGTH for texts in wanted for each in texts)


def count(session: Session, wanted: Wanted, most: int) -> int:
    """How many blocks may hold what is wanted; no more than so many are counted."""
    found = _found(session, wanted).limit(most).subquery()
    return session.connection().execute(select(func.count()).select_from(found)).scalar_one()


def holding(session: Session, wanted: Wanted) -> ColumnElement[bool]:
    """The condition that a block may hold what is wanted."""
    return EVENT_BLOCKS.c.id.in_(_found(session, wanted))


def _found(session: Session, wanted: Wanted) -> Select[tuple[int]]:
    blocks = EVENT_BLOCKS.c
    if keeps_text(session):
        each_of = (or_(*(contains(blocks.text, each.lower()) for each in texts)) for texts in wanted)
        return select(blocks.id).where(*each_of)
    return select(_INDEX.c.rowid).where(_INDEX.c.event_text.op("MATCH")(literal(_expression(wanted))))


def _expression(wanted: Wanted) -> str:
    return " AND ".join(f"({' OR '.join(f'({_groups(each)})' for each in texts)})" for texts in wanted)


def _groups(searched: str) -> str:
    whole = searched.lower()
    groups = list(dict.fromkeys(whole[start : start + LENGTH] for start in range(len(whole) - LENGTH + 1)))
    chosen = groups[:: -(-len(groups) // MOST)]
    return " AND ".join('"' + group.replace('"', '""') + '"' for group in chosen)
