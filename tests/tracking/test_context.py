"""What the caller says a call is for."""

import asyncio
from decimal import Decimal

from fluxgate_app.tracking import Context, CostOverride, Owner, User


async def converse(caller, client):
    caller.wire.says(caller.reply("stream.sse"))
    await caller.drain(await caller.ask(client))
    return caller.sink.starts[-1]


async def test_a_call_carries_its_context(caller):
    ada = User("u_1", name="Ada", email="ada@example.com", monthly_revenue=Decimal(49))
    bound = caller.tracked.with_context(
        feature="streaming-chat",
        step="answer",
        user=ada,
        session_id="s_1",
        conversation_id="conv-123",
        metadata={"plan": "pro"},
    )
    start = await converse(caller, bound)
    assert start.context == Context("streaming-chat", "answer", ada, "s_1", "conv-123", {"plan": "pro"})


async def test_a_user_may_be_an_id(make):
    caller = make("openai")
    assert (await converse(caller, caller.tracked.with_context(user="u_1"))).context.user == User("u_1")


async def test_the_id_of_a_user_may_be_a_number(make):
    caller = make("openai")
    assert (await converse(caller, caller.tracked.with_context(user=42))).context.user == User("42")


async def test_it_returns_a_new_client_and_changes_nothing(caller):
    bound = caller.tracked.with_context(feature="a")
    assert bound is not caller.tracked
    assert (await converse(caller, caller.tracked)).context == Context()
    assert (await converse(caller, bound)).context == Context(feature="a")


async def test_a_second_context_merges_over_the_first(make):
    caller = make("openai")
    first = caller.tracked.with_context(feature="a", step="b", metadata={"x": 1, "y": 1})
    second = first.with_context(step="c", user="u_2", metadata={"y": 2})
    start = await converse(caller, second)
    assert start.context == Context("a", "c", User("u_2"), metadata={"x": 1, "y": 2})
    assert (await converse(caller, first)).context.step == "b"


async def test_metadata_that_is_no_object_takes_the_place_of_what_was_there(make):
    caller = make("openai")
    first = caller.tracked.with_context(metadata={"x": 1})
    for metadata in ([1, {"a": None}], "pro", 7, False):
        assert (await converse(caller, first.with_context(metadata=metadata))).context.metadata == {"value": metadata}


async def test_contexts_coexist(make):
    caller = make("openai")
    caller.wire.says(caller.reply("stream.sse"))
    bound = [caller.tracked.with_context(feature=f"f{i}") for i in range(20)]
    streams = await asyncio.gather(*(caller.ask(one) for one in bound))
    await asyncio.gather(*(caller.drain(stream) for stream in streams))
    by_id = {start.tracking_id: start.context.feature for start in caller.sink.starts}
    assert sorted(by_id.values()) == sorted(f"f{i}" for i in range(20))
    assert [by_id[stream.fluxgate_tracking_id] for stream in streams] == [f"f{i}" for i in range(20)]


async def test_the_callers_own_prices_come_first(caller):
    override = CostOverride(input=Decimal(1), output=Decimal(2))
    await converse(caller, caller.tracked.with_context(cost_override=override))
    # 1,000 in at 1, 100 out at 2, a million each.
    assert (caller.sink.end.cost, caller.sink.end.price_version) == (Decimal("0.0012"), "override")


async def test_origin_and_owner_come_from_whoever_tracks(vendor, make):
    owner = Owner(account="acc_1", api_key="key_1")
    caller = make(vendor, origin="demo", owner=owner, provider="groq")
    start = await converse(caller, caller.tracked.with_context(user="u_1"))
    assert (start.origin, start.owner, start.provider) == ("demo", owner, "groq")
