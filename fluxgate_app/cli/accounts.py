"""Accounts, their keys, and whether people may make accounts for themselves."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from fluxgate_app.cli.database import opened
from fluxgate_app.errors import NotFound

# Imported where they are used: `--help` should not wait for the database and its drivers.
if TYPE_CHECKING:
    from sqlmodel import Session

user = typer.Typer(help="Make and change accounts.", no_args_is_help=True)
key = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)
signup = typer.Typer(help="Let people make accounts for themselves, or not.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The e-mail that the account signs in with.")]


@user.command("create")
def create_user(
    email: Email,
    name: Annotated[str, typer.Option(help="How the person is called.")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="Make an admin, who sees everything.")] = False,
) -> None:
    """Make an account. The password is asked for, or read from the standard input."""
    from fluxgate_app.accounts import passwords, people
    from fluxgate_app.models import Role

    password_hash = asyncio.run(passwords.hashed(_password()))
    with opened() as database, database.writing() as session:
        account = people.create(session, email, password_hash, name, Role.ADMIN if admin else Role.USER)
    print(f"{account.email} can sign in as {account.role}.")


@user.command("reset-password")
def reset_password(email: Email) -> None:
    """Give an account a new password and end its login sessions."""
    from fluxgate_app.accounts import passwords, people

    password_hash = asyncio.run(passwords.hashed(_password()))
    with opened() as database, database.writing() as session:
        people.reset_password(session, email, password_hash)
    print(f"{email} has a new password and must sign in again.")


@user.command()
def promote(email: Email) -> None:
    """Make an account an admin, who sees everything."""
    from fluxgate_app.accounts import people

    with opened() as database, database.writing() as session:
        people.promote(session, email)
    print(f"{email} is an admin.")


@user.command()
def disable(email: Email) -> None:
    """Let an account in no more: its login sessions end, its keys open nothing."""
    from fluxgate_app.accounts import people

    with opened() as database, database.writing() as session:
        people.disable(session, email)
    print(f"{email} is disabled.")


@user.command("models")
def allow_models(
    email: Email,
    patterns: Annotated[
        list[str] | None, typer.Argument(metavar="PATTERN...", help="Such as gpt-4o* or anthropic/*; none for all.")
    ] = None,
) -> None:
    """Let an account ask only models that fit one of these patterns."""
    from fluxgate_app.accounts import people

    with opened() as database, database.writing() as session:
        people.allow_models(session, email, patterns or ())
    print(f"{email} may ask {', '.join(patterns) if patterns else 'every model'}.")


@key.command("create")
def create_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is for.")],
    email: Annotated[str, typer.Option("--user", metavar="EMAIL", help="Whose key it is.")],
    *,
    scope: Annotated[list[str] | None, typer.Option(help="What it may do; may be repeated. All when left out.")] = None,
    days: Annotated[int | None, typer.Option(help="After how many days it expires.", min=1, max=36_500)] = None,
    per_minute: Annotated[
        int | None, typer.Option(help="Requests a minute; as the setting says when left out.", min=1, max=1_000_000)
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option(help="Models it may ask, such as gpt-4o*; may be repeated. All when left out.")
    ] = None,
) -> None:
    """Make an API key and print it, once."""
    from fluxgate_app.accounts import api_keys

    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
    with opened() as database, database.writing() as session:
        owner = _account_id(session, email)
        made = api_keys.create(
            session,
            owner,
            name,
            scopes=scope or None,
            limit_per_minute=per_minute,
            allowed_models=model,
            expires_at=expires_at,
        )
    print(made.key)


@key.command("list")
def list_keys(
    email: Annotated[str | None, typer.Option("--user", metavar="EMAIL", help="Whose keys; all when left out.")] = None,
) -> None:
    """List the API keys that are not revoked, the newest first."""
    from fluxgate_app.accounts import api_keys

    with opened() as database, database.reading() as session:
        found = api_keys.newest(session, _account_id(session, email) if email else None)
    print(f"{'PREFIX':<12}  {'MADE':<10}  {'EXPIRES':<10}  {'USED':<10}  {'A MINUTE':>8}  SCOPES, OWNER, NAME")
    for one in found:
        if one.revoked_at is None:
            days = "  ".join(f"{_day(moment):<10}" for moment in (one.created_at, one.expires_at, one.last_used_at))
            scopes = ",".join(one.scopes) if one.scopes is not None else "all"
            print(f"{one.prefix:<12}  {days}  {one.limit_per_minute or '-':>8}  {scopes}  {one.email}  {one.name}")


@key.command("revoke")
def revoke_key(which: Annotated[str, typer.Argument(metavar="KEY", help="Its id, or the prefix after fg_.")]) -> None:
    """Let an API key open nothing from the next request on."""
    from fluxgate_app.accounts import api_keys

    with opened() as database, database.writing() as session:
        api_keys.revoke(session, which)
    print(f"The key {which} is revoked.")


@signup.command("open")
def open_signup() -> None:
    """Let anybody who reaches the sign-in page make an account."""
    _let_people_sign_up(True)
    print("Anybody may make an account now.")


@signup.command("close")
def close_signup() -> None:
    """Let admins alone make accounts."""
    _let_people_sign_up(False)
    print("Accounts are made by admins alone.")


def _account_id(session: "Session", email: str) -> str:
    from fluxgate_app.accounts import people

    account = people.find(session, email)
    if account is None:
        raise NotFound("No account has this e-mail")
    return account.id


def _let_people_sign_up(may: bool) -> None:
    from fluxgate_app.accounts import admin_settings

    with opened() as database, database.writing() as session:
        admin_settings.decide(session, None, signup_open=may)


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "-"


def _password() -> str:
    if sys.stdin.isatty():
        return typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return sys.stdin.readline().rstrip("\n")
