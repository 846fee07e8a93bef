"""The first admin: made through a one-time link, or from the settings."""

from sqlmodel import Session, col, delete

from fluxgate_app.accounts import passwords, people
from fluxgate_app.db import Database
from fluxgate_app.errors import Forbidden, Invalid, SettingError
from fluxgate_app.models import Account, Role, SetupLink
from fluxgate_app.settings import Settings
from fluxgate_app.signing import new_token, token_hash

_BOTH = "FLUXGATE_ADMIN_EMAIL and FLUXGATE_ADMIN_PASSWORD"


async def prepare(db: Database, settings: Settings) -> str | None:
    """Make sure that an admin exists or can come to be: the token of a new setup link, None when none is needed.

    With FLUXGATE_ADMIN_EMAIL and FLUXGATE_ADMIN_PASSWORD it makes the admin itself, and hashes: hence async. Raises
    SettingError when they make none.
    """
    if await db.read(people.admin_exists):
        return None
    email, password = settings.admin_email, settings.admin_password
    if email is None and password is None:
        return await db.write(new_link)
    if email is None or password is None:
        raise SettingError(f"{_BOTH} belong together: set both, or none to get a setup link")
    try:
        await db.write(_admin_from_settings, email, await passwords.hashed(password.get_secret_value()))
    except Invalid as error:
        raise SettingError(f"{_BOTH}: {error.message}") from error
    return None


def new_link(session: Session) -> str:
    """The token of a fresh setup link; older ones are dead."""
    session.exec(delete(SetupLink))
    token = new_token()
    session.add(SetupLink(token_hash=token_hash(token)))
    return token


async def create_first_admin(db: Database, token: str, email: str, password: str, name: str = "") -> Account:
    """The admin whom the setup link makes, once; async because the password is hashed.

    Raises Forbidden for a link that is unknown or used up, Invalid for a bad e-mail or password.
    """
    await db.read(_check, token)
    return await db.write(_use, token, email, await passwords.hashed(password), name)


def _check(session: Session, token: str) -> None:
    if people.admin_exists(session) or session.get(SetupLink, token_hash(token)) is None:
        raise Forbidden("This setup link is not valid")


def _use(session: Session, token: str, email: str, password_hash: str, name: str) -> Account:
    # Whoever takes the link's row away may go on: of two at the same moment, one.
    taken = session.exec(delete(SetupLink).where(col(SetupLink.token_hash) == token_hash(token))).rowcount
    if taken == 0 or people.admin_exists(session):
        raise Forbidden("This setup link is not valid")
    return people.create(session, email, password_hash, name, Role.ADMIN)


def _admin_from_settings(session: Session, email: str, password_hash: str) -> None:
    if people.find(session, email) is None:
        people.create(session, email, password_hash, role=Role.ADMIN)
    else:
        people.promote(session, email)
