"""Every handler of every State is a public endpoint: what is Ada's stays Ada's, whoever sends the event."""

import asyncio
import json
from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import httpx2
import pytest
import pytest_asyncio
import reflex as rx
import socketio
from sqlmodel import Session, col, select

import fluxgate_app.fluxgate_app  # noqa: F401 - defines all States
from fluxgate_app.accounts import people, sessions
from fluxgate_app.models import (
    Account,
    AdminSetting,
    AiEvent,
    ApiKey,
    Budget,
    Conversation,
    Feedback,
    Message,
    Persona,
    Role,
    Share,
)

NAMESPACE = "/_event"
SECRET = "The canary sings at noon"


def handlers() -> Iterator[tuple[str, Any]]:
    """The name and the parameters of each event that a page can send to a State of ours."""
    for state in everything_below(rx.State):
        if state.__module__.startswith("fluxgate_app."):
            for name, handler in state.event_handlers.items():
                if not name.startswith("_") and name != "setvar":
                    yield f"{state.get_full_name()}.{name}", handler.fn.__code__


def everything_below(state: type[Any]) -> Iterator[type[Any]]:
    for child in state.get_substates():
        yield child
        yield from everything_below(child)


# Sorted, because States come in no order, and each process that runs tests must find the same.
HANDLERS = dict(sorted(handlers()))


FORM = {
    "name": "x",
    "email": "eve@example.com",
    "role": "admin",
    "scopes": ["events:write"],
    "old": "",
    "new": "x" * 12,
    "requests": "7",
    "scope": "overall",
    "limit": "5",
    "period": "day",
}


def payload(handler: Any, secret: dict[str, str]) -> dict[str, Any]:
    """Arguments that aim at Ada, her key, or else her conversation, where the handler takes any."""
    known = {"text": "What did she say?", "start": -1, "message": "!", "name": "q", "value": "canary", "model_id": ""}
    known |= {"words": "canary", "wanted": True, "title": "Mine now"}
    known |= {"email": "ada@example.com", "change": "reset", "may": True, "values": FORM, "key_id": secret["key"]}
    known |= {"message_id": secret["message"], "verdict": "good", "reason": "x", "days": 1}
    names = handler.co_varnames[1 : handler.co_argcount]
    return {name: known.get(name, secret["conversation"]) for name in names}


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def secret(site) -> dict[str, str]:
    """A conversation of Ada's and the call in which it was answered."""
    headers = {"Cookie": f"{sessions.COOKIE}={signed_in(site, 'ada@example.com')}"}
    async with httpx2.AsyncClient(base_url=site.url, headers=headers, timeout=30) as ada:
        made = (await ada.post("/api/conversations", json={"model": "demo/demo-fast"})).json()
        asked = await ada.post(f"/api/conversations/{made['id']}/messages", json={"message": SECRET})
        call = asked.json()["tracking"]["trackingId"]
        account = (await ada.get("/api/auth/me")).json()["id"]
        said = (await ada.get(f"/api/conversations/{made['id']}/messages")).json()["messages"]
        key = (await ada.post("/api/keys", json={"name": SECRET})).json()["id"]
        await asyncio.sleep(1)  # By then the call is stored, and its count is final.
        return {"conversation": made["id"], "call": call, "account": account, "key": key, "message": said[0]["id"]}


def signed_in(site: Any, email: str) -> str:
    """The cookie of a new session."""
    with site.database.writing() as session:
        account = people.find(session, email)
        assert account
        return sessions.begin(session, account)


async def said_to(site: Any, cookie: str, name: str, arguments: dict[str, Any], path: str) -> str:
    """All that the server sends within a moment to whoever sends this event from this path."""
    client, heard = socketio.AsyncClient(), list[Any]()
    client.on("event", heard.append, namespace=NAMESPACE)
    await client.connect(
        f"{site.url}?token={token_hex(8)}",
        headers={"Cookie": cookie} if cookie else {},
        socketio_path=NAMESPACE,
        namespaces=[NAMESPACE],
        transports=["websocket"],
    )
    router = {"pathname": path, "asPath": path, "query": {}}
    await client.emit("event", {"name": name, "payload": arguments, "router_data": router}, namespace=NAMESPACE)
    await asyncio.sleep(0.25)
    await client.disconnect()
    return json.dumps(heard)


def what_ada_has(session: Session, conversation: str) -> tuple[Any, ...]:
    """Her conversation, its messages, how many calls it made; her account and keys; what is an admin's to change."""
    return (
        [row.model_dump() for row in session.exec(select(Account).where(Account.role == Role.ADMIN))],
        [row.model_dump() for row in session.exec(select(ApiKey).where(ApiKey.name == SECRET))],
        [row.model_dump() for row in session.exec(select(AdminSetting))],
        [row.model_dump() for row in session.exec(select(Share).where(Share.conversation_id == conversation))],
        [row.model_dump() for row in session.exec(select(Feedback))],
        [row.model_dump() for row in session.exec(select(Persona).where(col(Persona.account_id).is_(None)))],
        [row.model_dump() for row in session.exec(select(Budget))],
        session.exec(select(Conversation).where(Conversation.id == conversation)).one().model_dump(),
        [row.model_dump() for row in session.exec(select(Message).where(Message.conversation_id == conversation))],
        len(session.exec(select(AiEvent.id).where(col(AiEvent.conversation_id) == conversation)).all()),
    )


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("who", ["nobody", "bob"])
@pytest.mark.parametrize("name", HANDLERS)
async def test_it_neither_tells_nor_changes_what_is_adas(site, secret, name: str, who: str) -> None:
    cookie = f"{sessions.COOKIE}={signed_in(site, 'bob@example.com')}" if who == "bob" else ""
    with site.database.reading() as session:
        before = what_ada_has(session, secret["conversation"])
    arguments = payload(HANDLERS[name], secret)
    for path in (f"/c/{secret['conversation']}", f"/requests/{secret['call']}", "/requests"):
        heard = await said_to(site, cookie, name, arguments, path)
        assert SECRET not in heard
        assert secret["account"] not in heard
        assert who == "bob" or "/login" in heard
    with site.database.reading() as session:
        assert what_ada_has(session, secret["conversation"]) == before


@pytest.mark.asyncio(loop_scope="session")
async def test_the_owner_is_told(site, secret) -> None:
    cookie = f"{sessions.COOKIE}={signed_in(site, 'ada@example.com')}"
    name = next(name for name in HANDLERS if name.endswith("chat.load"))
    assert SECRET in await said_to(site, cookie, name, {}, f"/c/{secret['conversation']}")
    name = next(name for name in HANDLERS if name.endswith("request.load"))
    assert secret["account"] in await said_to(site, cookie, name, {}, f"/requests/{secret['call']}")
