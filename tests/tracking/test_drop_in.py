"""A tracked client stands where the vendor's own stood."""

import copy
import pickle
import subprocess
import sys

import pytest

from fluxgate_app.tracking import tracking_of


def test_importing_it_loads_no_sdk_and_no_reflex():
    loaded = "import sys, fluxgate_app.tracking; print([m for m in sys.modules if '.' not in m or m == 'google.genai'])"
    modules = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    for heavy in ("openai", "anthropic", "google.genai", "genai_prices", "reflex", "fastapi", "sqlalchemy", "pydantic"):
        assert f"'{heavy}'" not in modules


def test_it_is_an_instance_of_the_vendors_class(caller):
    assert isinstance(caller.tracked, type(caller.bare))
    assert isinstance(caller.tracked.models, type(caller.bare.models))


async def test_so_is_its_stream(caller):
    caller.wire.says(caller.reply("stream.sse"))
    bare, tracked = await caller.ask(caller.bare), await caller.ask()
    assert isinstance(tracked, type(bare))
    for stream in (bare, tracked):
        await caller.drain(stream)


def copies(client):
    """What becomes of a client that is copied, deeply too, and pickled: an object's class, or an error."""
    ways = (copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one)))
    return [outcome(way, client) for way in ways]


def outcome(way, client):
    try:
        return way(client).__class__
    except Exception as error:
        return type(error), str(error)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_it_is_copied_and_pickled_like_the_vendors(caller):
    assert copies(caller.tracked) == copies(caller.bare)
    assert repr(caller.tracked) == repr(caller.bare)


async def test_a_copy_is_tracked_too_and_apart(caller):
    other = copy.copy(caller.tracked.with_context(feature="a"))
    other.note = "mine"
    assert not hasattr(caller.bare, "note")
    caller.wire.says(caller.reply("stream.sse"))
    await caller.drain(await caller.ask(other))
    assert caller.sink.starts[0].context.feature == "a"


async def test_an_answer_is_copied_and_pickled_with_its_tracking(caller):
    caller.wire.says(caller.reply("answer.json"))
    answer = await caller.ask(stream=False)
    for twin in (copy.deepcopy(answer), pickle.loads(pickle.dumps(answer))):
        assert twin == answer
        assert tracking_of(twin) == tracking_of(answer)


def test_what_is_not_tracked_passes_through(caller):
    if caller.vendor == "gemini":
        assert caller.tracked.files._api_client is caller.bare.files._api_client
    else:
        assert caller.tracked.models is caller.bare.models
        assert caller.tracked.base_url == caller.bare.base_url
    assert dir(caller.tracked) == dir(caller.bare)
    with pytest.raises(AttributeError):
        _ = caller.tracked.no_such_thing


def test_the_vendors_objects_stay_untouched(caller):
    before = set(vars(caller.bare)), set(vars(type(caller.bare)))
    caller.tracked.with_context(feature="a")
    assert (set(vars(caller.bare)), set(vars(type(caller.bare)))) == before


@pytest.mark.parametrize("vendor", ["openai", "responses", "anthropic"])
def test_setting_an_attribute_sets_the_vendors(caller):
    caller.tracked.max_retries = 7
    assert caller.bare.max_retries == 7


@pytest.mark.parametrize("vendor", ["openai", "responses", "anthropic"])
async def test_a_stream_has_the_attributes_of_the_vendors(caller):
    caller.wire.says(caller.reply("stream.sse"), request_id="req_1")
    stream = await caller.ask()
    assert stream.response.status_code == 200
    await caller.drain(stream)


@pytest.mark.parametrize("vendor", ["openai", "responses", "anthropic"])
async def test_a_client_with_other_options_is_tracked_too(caller):
    caller.wire.says(caller.reply("stream.sse"))
    other = caller.tracked.with_context(feature="a").with_options(timeout=3, base_url="https://api.groq.com/openai/v1")
    assert (other.timeout, caller.bare.timeout == 3) == (3, False)
    await caller.drain(await caller.ask(other))
    start = caller.sink.starts[0]
    assert (start.provider, start.endpoint_host, start.context.feature) == ("groq", "api.groq.com", "a")


async def test_it_is_entered_and_left_like_the_vendors(caller):
    caller.wire.says(caller.reply("stream.sse"))
    if caller.is_async and caller.vendor != "gemini":
        async with caller.tracked as entered:
            await caller.drain(await caller.ask(entered))
    elif not caller.is_async:
        with caller.tracked as entered:
            await caller.drain(await caller.ask(entered))
    else:
        async with caller.tracked.aio as entered:
            stream = await entered.models.generate_content_stream(model="gemini-2.5-flash", contents="Why?")
            await caller.drain(stream)
    assert caller.sink.end.status == "SUCCESS"


async def test_a_wrong_call_fails_like_the_vendors(caller):
    method = {
        "openai": lambda: caller.tracked.chat.completions.create,
        "responses": lambda: caller.tracked.responses.create,
        "anthropic": lambda: caller.tracked.messages.create,
        "gemini": lambda: caller.tracked.models.generate_content,
    }[caller.vendor]()
    with pytest.raises(TypeError):
        answer = method(colour="blue")
        if caller.is_async and caller.vendor != "gemini":
            await answer
    assert (caller.sink.end.status, caller.sink.end.error_type, caller.sink.end.cost) == ("ERROR", "type_error", 0)
