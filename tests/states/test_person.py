"""A tab belongs to one person: looked up for each event, emptied for the next."""

import pytest
from reflex.event import Event
from reflex.istate.data import HeaderData

from fluxgate_app.accounts import people, sessions
from fluxgate_app.errors import Unauthorized
from fluxgate_app.states.chat import Chat
from fluxgate_app.states.person import OnePersonPerTab, Person, identity_of, zone_of

OURS = Event(name=f"{Chat.get_full_name()}.send")
CONNECT = Event(name="reflex___state____state.hydrate_and_load")


async def before(root, event: Event = OURS):
    """What happens before an event."""
    return await OnePersonPerTab().preprocess(None, root, event)


async def test_it_lets_the_events_of_a_signed_in_person_pass(now, tab) -> None:
    root = tab("ada@example.com")
    assert await before(root) is None
    person = await root.get_state(Person)
    await person.greet()
    assert (person.email, person.is_admin) == ("ada@example.com", True)


async def test_it_sends_nobody_to_the_sign_in_page(now, tab) -> None:
    update = await before(tab(None))
    assert update.events[0].payload["path"] == "/login"


async def test_nobody_may_connect_and_gets_nothing(now, tab) -> None:
    root = tab(None)
    (await root.get_state(Chat)).title = "Left by somebody"
    (await root.get_state(Person))._account_id = "usr_somebody"
    assert await before(root, CONNECT) is None
    assert (await root.get_state(Chat)).title == ""


async def test_it_empties_the_tab_when_another_person_uses_it(now, tab) -> None:
    root = tab("ada@example.com")
    await before(root)
    chat = await root.get_state(Chat)
    chat.title, chat._text = "A secret of Ada", "and its answer"
    root.rx_router_headers = tab("bob@example.com").rx_router_headers
    await before(root, CONNECT)
    assert (chat.title, chat._text) == ("", "")


async def test_it_keeps_what_is_the_same_persons(now, tab) -> None:
    root = tab("ada@example.com")
    await before(root)
    (await root.get_state(Chat)).title = "Mine"
    root.rx_router_headers = tab("ada@example.com").rx_router_headers
    await before(root)
    assert (await root.get_state(Chat)).title == "Mine"


async def test_an_ended_session_is_nobodys(now, tab) -> None:
    root = tab("ada@example.com")
    assert (await identity_of(root)).is_admin
    with now.db.writing() as session:
        sessions.end_all(session, people.find(session, "ada@example.com").id)
    with pytest.raises(Unauthorized):
        await identity_of(root)


@pytest.mark.parametrize(
    ("cookie", "zone"),
    [("fluxgate_timezone=Asia%2FKolkata", "Asia/Kolkata"), ("fluxgate_timezone=..%2F..%2Fetc", "UTC"), ("", "UTC")],
)
async def test_it_knows_the_viewers_time_zone(now, tab, cookie: str, zone: str) -> None:
    root = tab(None)
    root.rx_router_headers = HeaderData.from_router_data({"headers": {"cookie": cookie}})
    assert zone_of(root).key == zone
