"""The State of the explorer: what the address asks for, of what this person may see."""

from sqlmodel import select

from fluxgate_app.chat.completion import ChatRequest
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.models import Account
from fluxgate_app.states.request import Request
from fluxgate_app.states.requests import Requests
from fluxgate_app.tracking import Owner


async def call(now, email: str, model: str = "demo/demo-fast") -> str:
    """A call of this person's; gives its tracking id."""
    with now.db.reading() as session:
        account = session.exec(select(Account).where(Account.email == email)).one()
    request = ChatRequest([ChatMessage("user", "Hello")], model=model, owner=Owner(account.id))
    answer = await now.completions.complete(request)
    assert now.recorder.flush()
    return answer.tracking.tracking_id


async def shown(tab, email: str, query: str = "") -> Requests:
    """What this person sees at `/requests`."""
    state = await tab(email, f"/requests{query}").get_state(Requests)
    await state.load()
    return state


def ids(state: Requests) -> set[str]:
    """Which calls are listed."""
    return {line.tracking_id for line in [*state.fresh, *state.lines]}


async def test_a_person_sees_their_own_and_an_admin_all(now, tab) -> None:
    hers, his = await call(now, "ada@example.com"), await call(now, "bob@example.com")
    assert ids(await shown(tab, "bob@example.com")) == {his}
    assert ids(await shown(tab, "ada@example.com")) == {hers, his}


async def test_the_address_filters(now, tab) -> None:
    await call(now, "bob@example.com")
    other = await call(now, "bob@example.com", "demo/demo-max-tokens")
    state = await shown(tab, "bob@example.com", "?model=demo-max-tokens")
    assert ids(state) == {other}
    assert state.chosen["model"] == "demo-max-tokens"
    assert state.is_filtered


async def test_it_says_what_the_address_may_ask(now, tab) -> None:
    state = await shown(tab, "bob@example.com", "?status=GREAT")
    assert state.error.startswith("status must be one of SUCCESS")
    assert not state.is_loading


async def test_nothing_is_an_empty_list(now, tab) -> None:
    state = await shown(tab, "bob@example.com")
    assert state.is_empty
    assert not state.has_more


async def test_more_goes_on_where_the_page_ended(now, tab, monkeypatch) -> None:
    monkeypatch.setattr("fluxgate_app.states.requests.PAGE", 2)
    made = [await call(now, "bob@example.com") for _ in range(3)]
    state = await shown(tab, "bob@example.com")
    assert ids(state) == set(made[1:])
    await state.more()
    assert [line.tracking_id for line in state.lines] == made[::-1]
    assert not state.has_more


async def test_news_go_on_top_once_each(now, tab) -> None:
    await call(now, "bob@example.com")
    state = await shown(tab, "bob@example.com")
    new = await call(now, "bob@example.com")
    await call(now, "ada@example.com")
    identity = await state_identity(state)
    assert await state._add_news(identity) == 1
    assert await state._add_news(identity) == 0
    assert [line.tracking_id for line in state.fresh] == [new]


async def state_identity(state: Requests):
    """Who looks at it."""
    from fluxgate_app.states.person import identity_of

    return await identity_of(state)


async def test_one_request_says_everything_to_those_who_may_see_it(now, tab) -> None:
    hers = await call(now, "ada@example.com")
    for email, is_missing in (("ada@example.com", False), ("bob@example.com", True)):
        state = await tab(email, f"/requests/{hers}").get_state(Request)
        async for _ in state.load():
            pass
        assert state.is_missing is is_missing
        assert (state.line.tracking_id == hers) is not is_missing
