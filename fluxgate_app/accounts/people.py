"""Accounts: made, found, promoted, disabled."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from fluxgate_app.accounts import sessions
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.models import Account, Role
from fluxgate_app.models.columns import now

MAX_EMAIL = 320
MAX_NAME = 200


def create(session: Session, email: str, password_hash: str, name: str = "", role: Role = Role.USER) -> Account:
    """A new account. Raises Invalid when the e-mail or name is none, or the e-mail is taken."""
    account = Account(email=_proper(email), name=name.strip(), role=role, password_hash=password_hash)
    if len(account.name) > MAX_NAME or "\0" in account.name:
        raise Invalid(f"The name must have at most {MAX_NAME} characters")
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid("An account with this e-mail exists already") from error
    return account


def find(session: Session, email: str) -> Account | None:
    """The account with this e-mail, in whatever case it is written."""
    return session.exec(select(Account).where(Account.email == _normal(email))).first()


def reset_password(session: Session, email: str, password_hash: str) -> None:
    """Give the account a new password and end its login sessions. Raises NotFound."""
    account = _existing(session, email)
    account.password_hash = password_hash
    sessions.end_all(session, account.id)


def promote(session: Session, email: str) -> None:
    """Make the account an admin. Raises NotFound."""
    _existing(session, email).role = Role.ADMIN


def disable(session: Session, email: str) -> None:
    """Let the account in no more: its sessions end and its keys open nothing. Raises NotFound."""
    account = _existing(session, email)
    account.disabled_at = account.disabled_at or now()
    sessions.end_all(session, account.id)


def admin_exists(session: Session) -> bool:
    """Whether anybody is an admin, disabled or not."""
    return session.exec(select(Account.id).where(col(Account.role) == Role.ADMIN).limit(1)).first() is not None


def _existing(session: Session, email: str) -> Account:
    # Locked, so that a log-in that runs beside it sees the change or ends before it.
    account = session.exec(select(Account).where(Account.email == _normal(email)).with_for_update()).first()
    if account is None:
        raise NotFound("No account has this e-mail")
    return account


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
