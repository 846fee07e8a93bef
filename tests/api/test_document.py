"""The OpenAPI document says of each route whom it lets in and what it may answer."""

from typing import Any

import pytest

from fluxgate_app.api import document
from fluxgate_app.api.app import ROUTERS

REFUSAL = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}


@pytest.fixture(scope="module")
def paths(api) -> dict[str, Any]:
    from .conftest import client

    with client(api.url) as program:
        return program.get("/api/openapi.json").json()["paths"]


def operations(paths: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"{method} {path}", said) for path, methods in paths.items() for method, said in methods.items()]


def test_every_refusal_has_a_form_and_a_meaning(paths):
    for name, operation in operations(paths):
        for status, said in operation["responses"].items():
            assert said["description"], (name, status)
            assert status < "400" or "application/json" in said["content"], (name, status)
            assert "X-Request-Id" in said["headers"], (name, status)


def test_every_good_answer_that_has_a_body_has_a_schema(paths):
    for name, operation in operations(paths):
        for said in (said for status, said in operation["responses"].items() if "200" <= status < "204"):
            assert said["content"], name
            assert all(any(form.values()) for form in said["content"].values()), name


def test_every_body_has_an_example(paths):
    for name, operation in operations(paths):
        for form in operation.get("requestBody", {}).get("content", {}).values():
            if form["schema"].get("format") == "binary":
                continue
            assert "example" in form or "example" in form["schema"] or "$ref" in form["schema"], name


def test_no_route_is_answered_422(paths):
    ours = [(name, operation) for name, operation in operations(paths) if "/v1/" not in name]
    assert [name for name, operation in ours if "422" in operation["responses"]] == []


@pytest.mark.parametrize(
    ("name", "security"),
    [
        ("post /api/chat", [{"key": []}, {"session": []}]),
        ("post /api/events", [{"key": []}]),
        ("get /api/keys", [{"session": []}]),
        ("post /v1/chat/completions", [{"key": []}, {"xApiKey": []}]),
        ("post /api/webhooks/support", [{"signature": []}]),
        ("get /healthz", []),
    ],
)
def test_a_route_says_whom_it_lets_in(paths, name, security):
    assert dict(operations(paths))[name]["security"] == security


def test_a_limit_says_when_to_come_back(paths):
    headers = paths["/api/chat"]["post"]["responses"]["429"]["headers"]
    assert {"Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} <= set(headers)


def test_nobody_on_a_text_stream_is_refused_in_text(paths):
    assert set(paths["/api/chat/stream"]["post"]["responses"]["401"]["content"]) == {"application/json", "text/plain"}
    assert paths["/api/chat"]["post"]["responses"]["401"]["content"] == REFUSAL


def test_every_dependency_that_lets_in_is_known_to_the_document():
    routes = [route for router in ROUTERS for route in router.routes]
    asked = {call for route in routes for call in document.calls(route.dependant)}
    assert {call.__name__ for call in asked - set(document.GUARDS)} == {"wired"}
