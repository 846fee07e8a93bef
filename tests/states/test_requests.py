"""The State of the explorer: what the address asks for, of what this person may see."""

from datetime import UTC, datetime

from sqlmodel import select

from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.events.prune import Ages, kept_since, prune
from fluxgate_app.events.search import Effort
from fluxgate_app.models import Account
from fluxgate_app.states.request import Request
from fluxgate_app.states.request_facets import RequestFacets
from fluxgate_app.states.request_strip import RequestStrip
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
    monkeypatch.setattr("fluxgate_app.states.request_reading.PAGE", 2)
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
    await state._add_news(identity)
    await state._add_news(identity)
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


async def test_the_order_is_that_of_the_address(now, tab) -> None:
    for model in ("openai/gpt-4o-mini", "openai/gpt-4o", "demo/demo-fast"):
        await call(now, "bob@example.com", model)
    state = await shown(tab, "bob@example.com", "?sort=-cost")
    assert [line.model for line in state.lines] == ["gpt-4o", "gpt-4o-mini", "demo-fast"]


async def test_a_search_that_stops_early_says_how_far_it_came_and_goes_on(now, tab, monkeypatch) -> None:
    old = await call(now, "bob@example.com", "demo/demo-max-tokens")
    for _ in range(3):
        await call(now, "bob@example.com")
    monkeypatch.setattr("fluxgate_app.states.request_reading.PAGE", 1)
    monkeypatch.setattr("fluxgate_app.states.request_reading.EFFORT", Effort(first=1, longest=1, seconds=0))
    state = await shown(tab, "bob@example.com", "?model.contains=max")
    assert state.is_empty
    while not state.lines:
        assert state.searched_back_to
        await state.more()
    assert ids(state) == {old}


async def test_a_page_opened_again_is_told_from_one_that_was_read_anew(now, tab, monkeypatch) -> None:
    monkeypatch.setattr("fluxgate_app.states.requests.MOST_FRESH", 1)
    state = await shown(tab, "bob@example.com")
    opened, reading = state.opened, state.reading
    for _ in range(2):
        await call(now, "bob@example.com")
        await state._add_news(await state_identity(state))
    assert (state.opened, state.reading) == (opened, reading + 1)
    assert len(state.lines) == 2
    await state.load()
    assert state.opened == opened + 1


async def test_a_strip_adds_up_what_the_list_shows(now, tab) -> None:
    await call(now, "ada@example.com", "openai/gpt-4o")
    await call(now, "bob@example.com", "openai/gpt-4o")
    await call(now, "bob@example.com")
    for email, query, requests in (
        ("ada@example.com", "", "3"),
        ("bob@example.com", "?sort=-cost", "2"),
        ("bob@example.com", "?model=gpt-4o", "1"),
        ("bob@example.com", "?origin=real", "0"),
    ):
        state = await tab(email, f"/requests{query}").get_state(RequestStrip)
        await state.load()
        assert state.strip.requests == requests
        assert sum(bar.requests for bar in state.strip.bars) == int(requests)


async def test_a_strip_says_what_cannot_be_added_up(now, tab) -> None:
    state = await tab("bob@example.com", "/requests?from=1969-01-01").get_state(RequestStrip)
    await state.load()
    assert "from must be" in state.strip.trouble


async def test_values_are_counted_in_words_of_what_one_may_see(now, tab) -> None:
    await call(now, "ada@example.com")
    await call(now, "bob@example.com", "demo/demo-max-tokens")
    for email, accounts in (("ada@example.com", {"Ada", "Bob"}), ("bob@example.com", {"Bob"})):
        state = await tab(email, "/requests?account.not=nobody").get_state(RequestFacets)
        for name in ("account", "sessionId", "no such column"):
            await state.count(name)
        assert {option.words for option in state.counts["account"]} == accounts
        assert [(option.value, option.words) for option in state.counts["sessionId"]] == [("", "none")]
        assert "no such column" not in state.counts


async def test_a_name_in_the_address_is_told_to_those_who_may_know_it(now, tab) -> None:
    with now.db.reading() as session:
        ada = session.exec(select(Account.id).where(Account.email == "ada@example.com")).one()
    for email, words in (("ada@example.com", "account is Ada"), ("bob@example.com", f"account is {ada}")):
        state = await shown(tab, email, f"?account={ada}")
        assert [chip.words for chip in state.asked.chips] == [words]


async def test_it_says_from_when_on_requests_are_kept_where_more_is_asked_for(now, tab) -> None:
    prune(now.db, Ages(requests=7), datetime.now(UTC))
    mark = await now.db.read(kept_since, "requests")
    assert (await shown(tab, "bob@example.com")).gone_before == mark.isoformat()
    assert (await shown(tab, "bob@example.com", "?range=30d")).gone_before == mark.isoformat()
    assert (await shown(tab, "bob@example.com", "?range=1d")).gone_before == ""
