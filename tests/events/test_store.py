"""Storing a batch of calls: each is one event, however often and in whatever order it comes."""

from dataclasses import replace
from decimal import Decimal

from sqlmodel import Session, select

from fluxgate_app.db import Database
from fluxgate_app.events.call import Call
from fluxgate_app.events.store import store
from fluxgate_app.models import AiEvent, AiEventContent, EndUser, OpenCall
from fluxgate_app.tracking.record import Context, Owner, Status, Usage, User


def put(database: Database, *calls: Call) -> list[str]:
    with database.writing() as session:
        return store(session, calls, "proc_1")


def opened(call: Call) -> Call:
    return Call(call.start)


def events(session: Session) -> list[AiEvent]:
    return list(session.exec(select(AiEvent).order_by(AiEvent.tracking_id)))


def test_an_ended_call_becomes_an_event(database: Database, make_call):
    context = Context("support", "triage", User("u_7"), "s_1", "conv_1", {"tier": 2})
    call = make_call(1, context=context, usage=Usage(10, 20, 3, 4, 2, 5, 6), answer=None)
    assert put(database, call) == ["evt_000001"]
    with database.reading() as session:
        (event,) = events(session)
    stored = event.model_dump(exclude={"id"})
    assert stored == {
        "tracking_id": "evt_000001",
        "created_at": call.start.created_at,
        "account": "usr_alice",
        "api_key": "key_1",
        "origin": "real",
        "provider": "openai",
        "endpoint_host": "api.openai.com",
        "model": "gpt-4o",
        "model_used": None,
        "kind": "chat",
        "feature": "support",
        "step": "triage",
        "user": "u_7",
        "session_id": "s_1",
        "conversation_id": "conv_1",
        "status": "SUCCESS",
        "finish_reason": "stop",
        "error_type": None,
        "error_message": None,
        "is_streamed": True,
        "latency_in_ms": 121.0,
        "streaming_duration_in_ms": 2001.0,
        "input_tokens": 10,
        "output_tokens": 20,
        "cached_tokens": 3,
        "cache_write_tokens": 4,
        "cache_write_1h_tokens": 2,
        "reasoning_tokens": 5,
        "audio_tokens": 6,
        "tokens_estimated": False,
        "cost": Decimal("0.0025"),
        "cost_source": "computed",
        "price_version": "test 1",
        "attempt": 1,
        "raw_usage": {"prompt_tokens": 1000},
        "event_metadata": {"tier": 2},
    }


def test_a_call_that_comes_twice_is_one_event(database: Database, make_call):
    assert put(database, make_call(1), make_call(1)) == ["evt_000001"]
    assert put(database, make_call(1)) == []
    with database.reading() as session:
        assert len(events(session)) == 1


def test_a_later_end_replaces_an_earlier_one_and_counts_as_newer(database: Database, make_call):
    put(database, make_call(1, status=Status.CANCELLED), make_call(2))
    with database.reading() as session:
        newest = max(event.id or 0 for event in events(session))
    assert put(database, make_call(1, status=Status.SUCCESS, cost=Decimal(3))) == ["evt_000001"]
    with database.reading() as session:
        event = events(session)[0]
    assert (event.status, event.cost) == ("SUCCESS", Decimal(3))
    assert (event.id or 0) > newest


def test_the_newest_row_that_is_replaced_gets_a_newer_id(database: Database, make_call):
    put(database, make_call(1, status=Status.CANCELLED))
    with database.reading() as session:
        before = events(session)[0].id
    put(database, make_call(1))
    with database.reading() as session:
        assert events(session)[0].id != before


def test_a_late_end_replaces_an_interruption_but_never_the_other_way_round(database: Database, make_call):
    interrupted = make_call(1, status=Status.INTERRUPTED, cost=None)
    put(database, interrupted)
    assert put(database, make_call(1), interrupted) == ["evt_000001"]
    assert put(database, interrupted) == []
    with database.reading() as session:
        assert [event.status for event in events(session)] == ["SUCCESS"]


def test_nobody_replaces_the_event_of_another_account(database: Database, make_call):
    put(database, make_call(1, answer="Alice's"))
    assert put(database, make_call(1, owner=Owner("usr_bob"), status=Status.ERROR, answer="Bob's")) == []
    with database.reading() as session:
        assert [(event.account, event.status) for event in events(session)] == [("usr_alice", "SUCCESS")]
        assert [content.answer for content in session.exec(select(AiEventContent))] == ["Alice's"]


def test_an_open_call_is_no_event_until_it_ends(database: Database, make_call):
    put(database, opened(make_call(1)), opened(make_call(2)))
    with database.reading() as session:
        assert events(session) == []
        assert sorted(session.exec(select(OpenCall.tracking_id))) == ["evt_000001", "evt_000002"]
    put(database, make_call(1))
    with database.reading() as session:
        assert list(session.exec(select(OpenCall.tracking_id))) == ["evt_000002"]


def test_a_start_read_again_after_the_end_opens_nothing(database: Database, make_call):
    put(database, make_call(1))
    put(database, opened(make_call(1)))
    with database.reading() as session:
        assert list(session.exec(select(OpenCall.tracking_id))) == []


def test_prompt_and_answer_are_kept_beside_the_event(database: Database, make_call):
    context = Context(conversation_id="conv_1")
    put(database, make_call(1, context=context, prompt="Why?", answer="There"), make_call(2))
    put(database, make_call(1, context=context, prompt="Why?", answer="Therefore."))
    with database.reading() as session:
        (content,) = session.exec(select(AiEventContent)).all()
    assert (content.tracking_id, content.conversation_id) == ("evt_000001", "conv_1")
    assert (content.prompt, content.answer) == ("Why?", "Therefore.")


def test_the_newest_word_about_a_user_counts_and_accounts_do_not_share_them(database: Database, make_call):
    ann = User("u_1", name="Ann", monthly_revenue=Decimal("12.50"))
    put(database, make_call(1, user=ann), make_call(3, user=replace(ann, name="Ann Lee", monthly_revenue=None)))
    put(database, make_call(2, user=replace(ann, name="Old", email="ann@example.com")))
    put(database, make_call(4, user="u_1"), make_call(5, user=replace(ann, name="Another"), owner=Owner("usr_bob")))
    with database.reading() as session:
        users = session.exec(select(EndUser).order_by(EndUser.account)).all()
    assert [(user.account, user.name, user.monthly_revenue) for user in users] == [
        ("usr_alice", "Ann Lee", Decimal("12.50")),
        ("usr_bob", "Another", Decimal("12.50")),
    ]


def test_what_no_database_holds_is_made_to_fit(database: Database, make_call):
    put(database, make_call(1, feature="f" * 500, error_message="a\0b", usage=Usage(2**40, 1), answer="\0x"))
    with database.reading() as session:
        (event,) = events(session)
        (content,) = session.exec(select(AiEventContent)).all()
    assert (event.feature, event.error_message, event.input_tokens) == ("f" * 200, "ab", 2**31 - 1)
    assert content.answer == "x"


def test_a_cost_is_rounded_as_it_is_stored(database: Database, make_call):
    call = make_call(1, cost=Decimal("0.0000000000005"))
    put(database, call)
    assert put(database, call) == []
