"""Accounts: made, found, listed, renamed, promoted, disabled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select, update

from fluxgate_app.accounts import sessions
from fluxgate_app.accounts.allowed_models import checked
from fluxgate_app.errors import Conflict, Invalid, NotFound
from fluxgate_app.models import Account, ApiKey, LoginSession, Role
from fluxgate_app.models.columns import now

MAX_EMAIL = 320
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class PersonView:
    """An account as admins see it. `last_seen_at` is to the hour, None when no session or key of it is known."""

    id: str
    email: str
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None
    last_seen_at: datetime | None
    allowed_models: list[str] | None


def create(session: Session, email: str, password_hash: str, name: str = "", role: Role = Role.USER) -> Account:
    """A new account. Raises Invalid when the e-mail or name is none, or the e-mail is taken."""
    account = Account(email=_proper(email), name=_proper_name(name), role=role, password_hash=password_hash)
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid("An account with this e-mail exists already") from error
    return account


def find(session: Session, email: str) -> Account | None:
    """The account with this e-mail, in whatever case it is written."""
    return session.exec(select(Account).where(Account.email == _normal(email))).first()


def by_email(session: Session) -> list[PersonView]:
    """All accounts, disabled ones too."""
    lived = select(LoginSession.account_id, func.max(LoginSession.expires_at)).group_by(col(LoginSession.account_id))
    used = select(ApiKey.account_id, func.max(ApiKey.last_used_at)).group_by(col(ApiKey.account_id))
    came, called = dict(session.exec(lived).all()), dict(session.exec(used).all())

    def last_seen(account_id: str) -> datetime | None:
        seen = [came[account_id] - sessions.LIFETIME] if account_id in came else []
        return max([*seen, *filter(None, [called.get(account_id)])], default=None)

    rows = session.exec(select(Account).order_by(Account.email))
    return [
        PersonView(
            row.id,
            row.email,
            row.name,
            row.role,
            row.created_at,
            row.disabled_at,
            last_seen(row.id),
            row.allowed_models,
        )
        for row in rows
    ]


def rename(session: Session, account_id: str, name: str) -> None:
    """Let the account's person be called this. Raises Invalid."""
    session.exec(update(Account).where(col(Account.id) == account_id).values(name=_proper_name(name)))


def reset_password(session: Session, email: str, password_hash: str) -> None:
    """Give the account a new password and end its login sessions. Raises NotFound."""
    account = _existing(session, email)
    account.password_hash = password_hash
    sessions.end_all(session, account.id)


def promote(session: Session, email: str) -> None:
    """Make the account an admin. Raises NotFound."""
    _existing(session, email).role = Role.ADMIN


def demote(session: Session, email: str) -> None:
    """Let the account see its own things alone. Raises NotFound; Conflict when no admin would be left."""
    account = _existing(session, email)
    _keep_an_admin(session, account)
    account.role = Role.USER


def disable(session: Session, email: str) -> None:
    """Let the account in no more: its sessions end and its keys open nothing.

    Raises NotFound; Conflict when no admin would be left.
    """
    account = _existing(session, email)
    _keep_an_admin(session, account)
    account.disabled_at = account.disabled_at or now()
    sessions.end_all(session, account.id)


def enable(session: Session, email: str) -> None:
    """Let the account in again, and its keys. Raises NotFound."""
    _existing(session, email).disabled_at = None


def allow_models(session: Session, email: str, patterns: Iterable[str]) -> None:
    """Let the account ask models that these patterns fit and no others; none of them: all. Raises NotFound, Invalid."""
    _existing(session, email).allowed_models = checked(patterns)


def admin_exists(session: Session) -> bool:
    """Whether anybody is an admin, disabled or not."""
    return session.exec(select(Account.id).where(col(Account.role) == Role.ADMIN).limit(1)).first() is not None


def _existing(session: Session, email: str) -> Account:
    # Locked, so that a log-in that runs beside it sees the change or ends before it.
    account = session.exec(select(Account).where(Account.email == _normal(email)).with_for_update()).first()
    if account is None:
        raise NotFound("No account has this e-mail")
    return account


def _keep_an_admin(session: Session, leaving: Account) -> None:
    able = (col(Account.role) == Role.ADMIN, col(Account.disabled_at).is_(None))
    # Locked, so that of two admins who demote each other at the same moment one stays.
    admins = session.exec(select(Account.id).where(*able).order_by(Account.id).with_for_update()).all()
    if list(admins) == [leaving.id]:
        raise Conflict(f"{leaving.email} is the only admin: make somebody else an admin first")


def _proper_name(name: str) -> str:
    name = name.strip()
    if len(name) > MAX_NAME or "\0" in name:
        raise Invalid(f"The name must have at most {MAX_NAME} characters")
    return name


def _normal(email: str) -> str:
    # PostgreSQL refuses to look for a text with a NUL in it, so that becomes what no e-mail has either. Left out, it
    # would give each account many names, and each of them its own attempts at the password.
    return email.replace("\0", "\x7f").strip().lower()


def _proper(email: str) -> str:
    email = _normal(email)
    name, at, host = email.partition("@")
    if not (name and at and host) or "@" in host or len(email) > MAX_EMAIL or not email.isprintable() or " " in email:
        raise Invalid("The e-mail must look like name@example.com")
    return email
