"""The States of the settings: one's own account and keys, and what admins alone may do."""

import json
import re
from decimal import Decimal

import pytest

from fluxgate_app.accounts import people
from fluxgate_app.accounts.identity import authenticate
from fluxgate_app.accounts.login import log_in
from fluxgate_app.accounts.passwords import hashed
from fluxgate_app.errors import Forbidden, Unauthorized
from fluxgate_app.states.chat import Chat
from fluxgate_app.states.keys import Keys
from fluxgate_app.states.limits import Limits
from fluxgate_app.states.people import People
from fluxgate_app.states.prices import Prices
from fluxgate_app.states.profile import Profile
from fluxgate_app.states.providers import Providers
from fluxgate_app.states.retention import Retention

from .conftest import wired

ADA, BOB = "ada@example.com", "bob@example.com"
WANTED = {"name": "laptop", "scopes": ["chat"], "limit": "", "days": "90"}


async def opened(tab, email: str, state):
    """This person's tab with this part of the settings open."""
    part = await tab(email, "/settings").get_state(state)
    await part.load()
    return part


async def test_a_key_is_made_shown_once_and_opens_what_it_may(now, tab) -> None:
    keys = await opened(tab, BOB, Keys)
    await keys.make(WANTED)
    identity = await authenticate(now.db, bearer=keys.secret)
    assert (identity.email, identity.scopes) == (BOB, frozenset({"chat"}))
    assert keys.secret in keys.trial
    await keys.forget()
    assert (keys.secret, keys.trial) == ("", "")
    line = keys.lines[0]
    assert (line.name, line.scopes, line.limit, line.used_at != "") == ("laptop", "chat", "60 a minute", False)
    assert re.fullmatch(r"\d{1,2} \w{3} \d{4}", line.expires)


async def test_a_revoked_key_opens_nothing_and_is_not_listed(now, tab) -> None:
    keys = await opened(tab, BOB, Keys)
    await keys.make(WANTED)
    await keys.revoke(keys.lines[0].id)
    assert keys.lines == []
    with pytest.raises(Unauthorized):
        await authenticate(now.db, bearer=keys.secret)


async def test_a_person_sees_and_revokes_only_their_own_keys(now, tab) -> None:
    hers, his = await opened(tab, ADA, Keys), await opened(tab, BOB, Keys)
    await hers.make(WANTED)
    await his.load()
    assert his.lines == []
    await his.revoke(hers.lines[0].id)
    assert "There is no key" in his.revoking.trouble
    await his.make(WANTED)
    await hers.load()
    assert {line.owner for line in hers.lines} == {ADA, BOB}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"scopes": []}, "at least one"),
        ({"scopes": ["events:write"]}, "Only an admin"),
        ({"limit": "61"}, "Only an admin"),
        ({"limit": "many"}, "whole number"),
        ({"name": "  "}, "needs a name"),
        ({"name": ["a", "list"]}, "needs a name"),
        ({"days": "-3"}, "whole number"),
    ],
)
async def test_what_a_person_may_not_have_is_refused_in_words(now, tab, wrong, words) -> None:
    keys = await opened(tab, BOB, Keys)
    await keys.make(WANTED | wrong)
    assert words in keys.making.trouble
    assert (keys.secret, keys.lines) == ("", [])


async def test_an_admin_grants_what_programs_need_to_record(now, tab) -> None:
    keys = await opened(tab, ADA, Keys)
    assert [scope["value"] for scope in keys.scopes if not scope["ticked"]] == ["events:write"]
    await keys.make(WANTED | {"scopes": ["events:write"], "limit": "5000", "days": ""})
    assert keys.lines[0].limit == "5000 a minute"
    assert "/api/events" in keys.trial


async def test_a_person_renames_themselves(now, tab) -> None:
    profile = await opened(tab, BOB, Profile)
    await profile.rename({"name": "Robert"})
    assert (profile.name, profile.naming.said, profile.naming.trouble) == ("Robert", "Saved", "")
    await profile.rename({"name": "R" * 201})
    assert (profile.name, profile.naming.number) == ("Robert", 2)
    assert "at most 200" in profile.naming.trouble


async def test_a_new_password_signs_out_every_other_browser(now, tab) -> None:
    with now.db.writing() as session:
        old = await hashed("correct horse battery")
        people.reset_password(session, BOB, old)
    other, profile = tab(BOB), await opened(tab, BOB, Profile)
    assert profile.browsers == 2
    await profile.change_password({"old": "wrong", "new": "staple battery horse"})
    assert (profile.changing.trouble, profile.browsers) == ("The old password is wrong", 2)
    await profile.change_password({"old": "correct horse battery", "new": "staple battery horse"})
    assert (profile.changing.trouble, profile.browsers) == ("", 1)
    with pytest.raises(Unauthorized):
        await (await other.get_state(Profile)).load()


async def test_signing_out_everywhere_ends_this_session_too(now, tab) -> None:
    profile = await opened(tab, BOB, Profile)
    await profile.sign_out_everywhere()
    with pytest.raises(Unauthorized):
        await profile.load()


async def test_an_admin_makes_an_account_that_can_sign_in(now, tab) -> None:
    admin = await opened(tab, ADA, People)
    await admin.make({"email": "Grace@example.com", "name": "Grace", "role": "admin"})
    assert (admin.whose, admin.making.trouble) == ("grace@example.com", "")
    line = next(line for line in admin.lines if line.email == "grace@example.com")
    assert (line.is_admin, line.is_me, line.seen_at) == (True, False, "")
    password = admin.secret
    await admin.forget()
    assert admin.secret == ""
    assert await log_in(now.db, now.login_throttle, "grace@example.com", password, "")


async def test_an_admin_promotes_demotes_disables_and_enables(now, tab) -> None:
    admin = await opened(tab, ADA, People)

    def bob() -> tuple[bool, bool]:
        line = next(line for line in admin.lines if line.email == BOB)
        return line.is_admin, line.is_disabled

    for change, then in (
        ("promote", (True, False)),
        ("demote", (False, False)),
        ("disable", (False, True)),
        ("enable", (False, False)),
    ):
        await admin.change(BOB, change)
        assert (admin.changing.trouble, bob()) == ("", then)


async def test_a_reset_password_ends_the_sessions(now, tab) -> None:
    admin, bob = await opened(tab, ADA, People), await opened(tab, BOB, Profile)
    await admin.change(BOB, "reset")
    assert (admin.whose, len(admin.secret)) == (BOB, 20)
    with pytest.raises(Unauthorized):
        await bob.load()


async def test_the_last_admin_is_not_locked_out(now, tab) -> None:
    admin = await opened(tab, ADA, People)
    for change in ("demote", "disable"):
        await admin.change(ADA, change)
        assert admin.changing.trouble.startswith(f"{ADA} is the only admin")
    assert [line.is_admin for line in admin.lines if line.is_me] == [True]


async def test_an_admin_opens_and_closes_the_sign_up(now, tab) -> None:
    admin = await opened(tab, ADA, People)
    for may in (True, False):
        await admin.let_sign_up(may)
        assert admin.signup_open is may
        assert await now.sign_up.is_open() is may


@pytest.mark.parametrize(
    ("handler", "arguments"),
    [
        ("make", [{"email": "eve@example.com", "name": "", "role": "admin"}]),
        ("change", [BOB, "promote"]),
        ("change", [ADA, "reset"]),
        ("let_sign_up", [True]),
        ("allow", [{"email": BOB, "models": "gpt-4o"}]),
        ("forget", []),
    ],
)
async def test_nobody_but_an_admin_changes_people(now, tab, handler, arguments) -> None:
    bob = await opened(tab, BOB, People)
    assert (bob.lines, bob.is_loading) == ([], True)
    with now.db.reading() as session:
        before = people.by_email(session)
    with pytest.raises(Forbidden):
        await getattr(bob, handler)(*arguments)
    with now.db.reading() as session:
        assert people.by_email(session) == before
    assert not await now.sign_up.is_open()


async def test_it_says_which_providers_have_a_key_and_never_the_key(tmp_path, empty_sqlite, tab) -> None:
    endpoints = [{"name": "groq", "baseUrl": "https://me:secret@groq.example/v1", "apiKeyEnv": "NO_SUCH_KEY"}]
    async with wired(tmp_path, empty_sqlite, openai_api_key="sk-secret", endpoints=endpoints):
        admin, user = await opened(tab, ADA, Providers), await opened(tab, BOB, Providers)
    states = {line.title: line.status.word for line in admin.lines}
    assert states == {
        "OpenAI": "ready", "Built-in model": "ready", "groq": "no key", "Anthropic": "no key", "Gemini": "no key",
    }  # fmt: skip
    assert admin.default == "openai/gpt-4o"
    assert {line.host for line in admin.lines} == {"", "groq.example"}
    assert {line.host + line.key_setting for line in user.lines} == {""}
    assert "secret" not in json.dumps([vars(line) for line in admin.lines], default=str)


async def test_the_demo_provider_stands_in_where_no_key_is(now, tab) -> None:
    lines = (await opened(tab, BOB, Providers)).lines
    assert {line.title for line in lines if line.status.word == "demo"} == {"OpenAI", "Anthropic", "Gemini"}


async def test_an_admin_reads_the_limits_and_nobody_else(now, tab) -> None:
    shown = {line.name: line.value for line in (await opened(tab, ADA, Limits)).lines}
    assert (shown["FLUXGATE_RATE_LIMIT_PER_MINUTE"], shown["FLUXGATE_DEMO"]) == ("10", "true")
    assert (await opened(tab, BOB, Limits)).lines == []


PRICES = {"provider": "OpenAI", "model": "gpt-4o*", "input": "1.50", "output": " 6 ", "since": "2026-03-01"}


async def test_prices_are_set_count_at_once_and_are_removed(now, tab) -> None:
    prices = await opened(tab, ADA, Prices)
    await prices.make(PRICES | {"source": "contract 7"})
    line = prices.lines[0]
    assert (line.model, line.prices) == ("openai/gpt-4o*", "input $1.5, output $6")
    assert (line.since, line.source) == ("from 1 Mar 2026 on", "contract 7")
    assert [rule.price.output for rule in now.price_rules.current()] == [Decimal(6)]
    await prices.remove(line.id)
    assert (prices.lines, now.price_rules.current()) == ([], ())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"input": "cheap"}, "no amount"),
        ({"input": "-1"}, "A price must be 0 to"),
        ({"input": "", "output": ""}, "at least one price"),
        ({"model": " "}, "at least one"),
        ({"since": "tomorrow"}, "a day such as"),
    ],
)
async def test_prices_that_are_none_are_refused_in_words(now, tab, wrong, words) -> None:
    prices = await opened(tab, ADA, Prices)
    await prices.make(PRICES | wrong)
    assert words in prices.making.trouble
    assert prices.lines == []


async def test_nobody_but_an_admin_sees_or_changes_prices(now, tab) -> None:
    hers, his = await opened(tab, ADA, Prices), await opened(tab, BOB, Prices)
    await hers.make(PRICES)
    await his.load()
    assert his.lines == []
    for work in (his.make(PRICES), his.remove(hers.lines[0].id)):
        with pytest.raises(Forbidden):
            await work
    await hers.load()
    assert len(hers.lines) == 1


async def test_an_admin_decides_how_long_each_part_is_kept(now, tab) -> None:
    retention = await opened(tab, ADA, Retention)
    assert (retention.days, retention.since["requests"]) == ({"contents": "", "requests": "", "figures": ""}, "")
    await retention.save({"contents": "7", "requests": "90", "figures": ""})
    assert retention.saving.said == "Saved"
    assert retention.days == {"contents": "7", "requests": "90", "figures": ""}
    await retention.prune()
    assert (retention.pruning.trouble, retention.since["figures"]) == ("", "")
    assert re.fullmatch(r"\d{1,2} \w{3} \d{4}", retention.since["requests"])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"requests": "soon"}, "Requests: write a whole number, or nothing"),
        ({"requests": "1"}, "requests: keep them 7 to 36500 days, or say nothing to keep them for ever"),
        ({"figures": "30"}, "figures: keep them at least as long as requests, whose sums they are"),
    ],
)
async def test_ages_that_cannot_be_are_refused_and_change_nothing(now, tab, values, said) -> None:
    retention = await opened(tab, ADA, Retention)
    await retention.save(values)
    assert (retention.saving.trouble, set(retention.days.values())) == (said, {""})


async def test_nobody_else_decides_how_long_or_deletes(now, tab) -> None:
    retention = await opened(tab, BOB, Retention)
    assert retention.is_loading
    for refused in (retention.save({"requests": "7"}), retention.prune()):
        with pytest.raises(Forbidden):
            await refused


async def test_an_admin_says_which_models_an_account_may_ask(now, tab) -> None:
    people = await opened(tab, ADA, People)
    await People.allow.fn(people, {"email": BOB, "models": "gpt-9*, demo/demo-fast"})
    assert [line.models for line in people.lines] == ["", "gpt-9*, demo/demo-fast"]
    chat = await tab(BOB).get_state(Chat)
    async for _ in Chat.load.fn(chat):
        pass
    assert [model.id for group in chat.models for model in group.models] == ["demo/demo-fast"]
    assert chat.model == "demo/demo-fast"
    await People.allow.fn(people, {"email": BOB, "models": ""})
    assert people.lines[1].models == ""


async def test_somebody_who_may_ask_no_model_is_told_so(now, tab) -> None:
    people = await opened(tab, ADA, People)
    await People.allow.fn(people, {"email": BOB, "models": "nothing"})
    chat = await tab(BOB).get_state(Chat)
    async for _ in Chat.load.fn(chat):
        pass
    assert (chat.models, chat.note) == ([], "None of the models here is allowed for you: ask an admin")
    await Chat.send.fn(chat, "What is TCP?")
    assert "is not allowed here; allowed: nothing" in chat.error.message
