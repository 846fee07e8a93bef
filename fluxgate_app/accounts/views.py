"""Views of the explorer that people save: their own, and those that admins share with everybody."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, func, select

from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import Conflict, Forbidden, Invalid, NotFound
from fluxgate_app.models import DefaultView, SavedView

MAX_NAME = 100
MAX_QUERY = 8000
MOST = 200


@dataclass(frozen=True, slots=True)
class View:
    """A view as somebody sees it: `query` is the address's own, `is_default` says that their explorer opens with it."""

    id: str
    name: str
    query: str
    is_shared: bool
    is_mine: bool
    is_default: bool


def of(session: Session, identity: Identity) -> list[View]:
    """One's own and the shared ones, by name."""
    default = _default(session, identity.account_id)
    query = select(SavedView).where(_seen_by(identity)).order_by(func.lower(SavedView.name), col(SavedView.id))
    return [_view(row, identity, default) for row in session.exec(query)]


def save(session: Session, identity: Identity, name: str, query: str, *, shared: bool = False) -> View:
    """Keep this address by this name; a view of one's own that is called the same is replaced.

    Raises Invalid; Conflict when there are too many; Forbidden when somebody shares who is no admin.
    """
    name, query = _name(name), query.removeprefix("?")
    if len(query) > MAX_QUERY or "\0" in query:
        raise Invalid(f"A view's query has at most {MAX_QUERY} characters")
    if shared and not identity.is_admin:
        raise Forbidden("Only admins share views with everybody")
    mine = select(SavedView).where(SavedView.account_id == identity.account_id)
    row = session.exec(mine.where(SavedView.name == name)).one_or_none()
    if row is None:
        if session.exec(select(func.count()).select_from(mine.subquery())).one() >= MOST:
            raise Conflict(f"There are {MOST} views already: delete one first")
        row = SavedView(account_id=identity.account_id, name=name, query=query)
    row.query, row.is_shared = query, shared
    session.add(row)
    session.flush()
    return _view(row, identity, _default(session, identity.account_id))


def share(session: Session, identity: Identity, view_id: str, shared: bool) -> None:
    """Let everybody use it, or its owner alone. Raises NotFound, Forbidden for somebody who is no admin."""
    if not identity.is_admin:
        raise Forbidden("Only admins share views with everybody")
    row = _changeable(session, identity, view_id)
    row.is_shared = shared
    session.add(row)


def open_with(session: Session, identity: Identity, view_id: str | None) -> None:
    """Let one's explorer open with this view, or with none. Raises NotFound."""
    chosen = session.get(DefaultView, identity.account_id)
    if view_id is not None:
        _seen(session, identity, view_id)
        session.merge(DefaultView(account_id=identity.account_id, view_id=view_id))
    elif chosen is not None:
        session.delete(chosen)


def delete(session: Session, identity: Identity, view_id: str) -> None:
    """Forget it. Raises NotFound; Forbidden for a shared one that is not one's own, unless an admin asks."""
    session.delete(_changeable(session, identity, view_id))


def _name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise Invalid(f"A view needs a name of at most {MAX_NAME} characters")
    return name


def _seen_by(identity: Identity) -> ColumnElement[bool]:
    return or_(col(SavedView.account_id) == identity.account_id, col(SavedView.is_shared))


def _seen(session: Session, identity: Identity, view_id: str) -> SavedView:
    row = session.exec(select(SavedView).where(SavedView.id == view_id, _seen_by(identity))).one_or_none()
    if row is None:
        raise NotFound(f"There is no view {view_id[:64]!r}")
    return row


def _changeable(session: Session, identity: Identity, view_id: str) -> SavedView:
    row = _seen(session, identity, view_id)
    if row.account_id != identity.account_id and not identity.is_admin:
        raise Forbidden("A shared view is its owner's to change")
    return row


def _default(session: Session, account_id: str) -> str | None:
    return session.exec(select(DefaultView.view_id).where(DefaultView.account_id == account_id)).one_or_none()


def _view(row: SavedView, identity: Identity, default: str | None) -> View:
    is_mine = row.account_id == identity.account_id
    return View(row.id, row.name, row.query, row.is_shared, is_mine, row.id == default)
