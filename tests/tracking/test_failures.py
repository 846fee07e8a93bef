"""What is kept of an error: a type to group by and words that give nothing away."""

from types import SimpleNamespace

import pytest

from fluxgate_app.tracking.failures import failure, may_be_billed
from fluxgate_app.tracking.record import Status


def read(error, key=None, *texts):
    return failure(error, key, lambda: texts)


async def failed(caller, name, status, **asked):
    caller.wire.says(caller.reply(name), status=status)
    with pytest.raises(Exception) as caught:
        await caller.ask(**asked)
    assert caught.value.status_code == status
    return caller.sink.end


async def test_a_key_in_the_message_is_masked(make):
    end = await failed(make("openai"), "unauthorized.json", 401)
    assert (end.status, end.error_type) == (Status.ERROR, "invalid_api_key")
    assert end.error_message.startswith("Incorrect API key provided: ***")
    assert "1234567890" not in end.error_message


async def test_a_message_that_quotes_the_request_is_dropped(make):
    question = "Tell me: How hot is boiling water on Mount Everest?"
    end = await failed(make("openai"), "quoting.json", 400, question=question)
    assert (end.status, end.error_type, end.error_message) == (Status.ERROR, "invalid_value", None)


async def test_the_same_message_about_another_request_is_kept(make):
    end = await failed(make("openai"), "quoting.json", 400, question="What is the capital of France?")
    assert end.error_message.startswith("Invalid 'messages[0].content'")


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-AbCdEf123456",
        "sk-ant-api03-AbCdEf123456",
        "fg_0123456789abcdef",
        "gsk_0123456789abcdef",
        "xai-0123456789abcdef",
        "AIzaSyA0123456789_abcdef",
        "hunter2-own-key",
    ],
)
def test_keys_of_all_kinds_are_masked(secret):
    message = read(RuntimeError(f"the key {secret} is not valid"), "hunter2-own-key").message
    assert message == "the key *** is not valid"


def test_credentials_are_masked_by_what_stands_before_them():
    assert read(RuntimeError("Authorization: Bearer abc.def")).message == "Authorization: Bearer ***"
    assert read(RuntimeError("POST /v1?key=abc.def&alt=sse")).message == "POST /v1?key=***&alt=sse"


def test_a_message_is_cut_at_300_characters():
    assert len(read(RuntimeError("x" * 1000)).message) == 300


def test_a_short_prompt_quoted_as_a_word_drops_the_message():
    assert read(RuntimeError("cannot say 'topaz' here"), None, "topaz").message is None
    assert read(RuntimeError("cannot say topazes here"), None, "topaz").message == "cannot say topazes here"


def test_a_piece_of_a_long_prompt_drops_the_message():
    prompt = "In the quiet valley of the upper Loire there was a mill, and in it a miller."
    assert read(RuntimeError("bad text: the upper Loire there was a mill"), None, prompt).message is None
    assert read(RuntimeError("the valley is too long"), None, prompt).message == "the valley is too long"


def test_an_error_without_words_has_no_message():
    assert read(RuntimeError()).message is None


@pytest.mark.parametrize(
    ("code", "status"), [(429, "RATE_LIMITED"), (408, "TIMEOUT"), (504, "TIMEOUT"), (400, "ERROR"), (529, "ERROR")]
)
def test_an_http_status_is_a_status(code, status):
    error = RuntimeError("no")
    error.status_code = code
    assert read(error).status == status


def test_timeouts_of_every_library_are_timeouts():
    import httpx2

    for error in (TimeoutError(), httpx2.ReadTimeout(""), httpx2.ConnectTimeout(""), httpx2.PoolTimeout("")):
        assert read(error).status is Status.TIMEOUT
    assert read(httpx2.ReadTimeout("")).type == "read_timeout"


def test_an_exception_without_a_vendors_word_goes_by_its_class():
    class HTTPBrokenPipeError(Exception):
        pass

    assert read(HTTPBrokenPipeError()).type == "http_broken_pipe_error"


def test_only_what_reached_the_vendor_and_was_not_refused_may_be_billed():
    import aiohttp

    def billed(error):
        return may_be_billed(error, read(error).status)

    unanswered = (
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientPayloadError(),
        aiohttp.ClientOSError(104, "Connection reset by peer"),
        aiohttp.SocketTimeoutError(),
    )
    assert all(map(billed, unanswered))
    nowhere = SimpleNamespace(host="127.0.0.1", port=9, ssl=False)
    never_sent = (aiohttp.ConnectionTimeoutError(), aiohttp.ClientConnectorError(nowhere, OSError(111, "refused")))
    assert not any(map(billed, never_sent))
    assert not billed(TypeError("unexpected argument"))
