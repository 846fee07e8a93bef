"""What the SDKs raise, in the few words of the spec. What the demo provider can show is in `test_complete`."""

import pytest
from google.genai import errors
from httpx2 import Headers, Request, Response
from openai import APIError, APIStatusError

from fluxgate_app.chat.failures import provider_failed, way_out
from fluxgate_app.errors import ProviderFailed
from fluxgate_app.tracking import Status

REQUEST = Request("POST", "http://127.0.0.1/v1")


def refused(status: int, **headers: str) -> APIStatusError:
    response = Response(status, headers=Headers(headers), request=REQUEST)
    return APIStatusError("secret words", response=response, body=None)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (400, (400, "Failed to process request")),
        (401, (401, "Invalid API key")),
        (402, (500, "Failed to process request")),
        (403, (401, "Invalid API key")),
        (404, (400, "Failed to process request")),
        (422, (400, "Failed to process request")),
        (429, (429, "Rate limit exceeded. Please try again later.")),
        (500, (500, "Groq service error. Please try again.")),
        (503, (500, "Groq service error. Please try again.")),
        (529, (500, "Groq service error. Please try again.")),
    ],
)
def test_each_status_has_its_words(status: int, told: tuple[int, str]):
    failed = provider_failed(refused(status), "Groq", Status.ERROR)
    assert (failed.status, failed.message) == told


@pytest.mark.parametrize(
    ("header", "seconds"), [("20", 20), ("1.5", 1.5), ("", None), ("soon", None), ("-3", None), ("nan", None)]
)
def test_the_wait_is_passed_on(header: str, seconds: float | None):
    assert provider_failed(refused(429, **{"retry-after": header}), "Groq", None).retry_after == seconds


def test_geminis_wrong_key_is_known_by_its_reason():
    error = errors.ClientError(400, {"error": {"code": 400, "details": [{"reason": "API_KEY_INVALID"}]}})
    assert provider_failed(error, "Gemini", Status.ERROR).message == "Invalid API key"


@pytest.mark.parametrize(
    ("kind", "message"),
    [("server_error", "OpenAI service error. Please try again."), ("odd", "Failed to process request")],
)
def test_an_error_inside_a_stream_is_known_by_its_type(kind: str, message: str):
    error = APIError("secret words", request=REQUEST, body={"type": kind})
    assert provider_failed(error, "OpenAI", Status.ERROR).message == message


@pytest.mark.parametrize("error", [ValueError("secret words"), TypeError("secret words"), ConnectionError("lost")])
def test_anything_else_is_a_500_that_tells_nothing(error: Exception):
    failed = provider_failed(error, "OpenAI", None)
    assert (failed.status, failed.message) == (500, "Failed to process request")


def test_our_own_words_stay():
    ours = ProviderFailed("No API key for Anthropic", 503, "no_api_key")
    assert provider_failed(ours, "Anthropic", None) is ours


@pytest.mark.parametrize(
    ("message", "status", "has_text", "helps"),
    [
        ("Invalid API key", Status.ERROR, False, "key"),
        ("Rate limit exceeded. Please try again later.", Status.RATE_LIMITED, False, "wait"),
        ("OpenAI service error. Please try again.", Status.TIMEOUT, True, "silent"),
        ("OpenAI service error. Please try again.", Status.ERROR, False, "provider"),
        ("Failed to process request", Status.ERROR, True, "broken"),
        ("Failed to process request", Status.ERROR, False, "failed"),
        ("The provider withheld this answer, or the rest of it", Status.CONTENT_FILTER, True, "withheld"),
        ("Rate limit exceeded. Please wait 9 seconds.", None, False, ""),
    ],
)
def test_what_helps_is_known_by_what_was_told(message: str, status: Status | None, has_text: bool, helps: str):
    assert way_out(message, status, has_text=has_text) == helps
