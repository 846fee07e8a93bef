"""How long the explorer's views take through the HTTP API, p95 of 50 runs each, beside what they may take.

Run it: `python tests/benchmarks/explorer.py [--events N] [--data DIR] [--runs N]`.
"""

from typing import Any

from views import Asking, View, asking

DEEP = 1000
NAMED = (
    "provider",
    "model",
    "feature",
    "user",
    "sessionId",
    "conversationId",
    "status",
    "errorType",
    "account",
    "apiKey",
)


def listed(name: str, params: dict[str, Any], at_one_million: int, at_ten: int) -> View:
    return View(name, "/api/events", params, at_one_million, at_ten)


def first(ask: Asking, **params: str) -> dict[str, Any]:
    return ask.client.get("/api/events", params={"limit": 1} | params).json()["events"][0]


def cursor_at(ask: Asking, depth: int) -> str:
    cursor = None
    for _ in range(depth // 1000):
        asked = {"limit": 1000} | ({"cursor": cursor} if cursor else {})
        cursor = ask.client.get("/api/events", params=asked).json()["nextCursor"]
    assert cursor
    return cursor


def main(ask: Asking) -> None:
    seeded = first(ask, origin="seed", status="SUCCESS")
    failed, owned = first(ask, origin="seed", status="ERROR"), first(ask, **{"account.empty": "false"})
    ask.show(
        "newest page; page 1,000 deep by keyset; one request",
        [
            listed("newest page", {}, 20, 20),
            listed(f"page {DEEP} deep", {"cursor": cursor_at(ask, DEEP * 50)}, 20, 20),
            View("one request", f"/api/events/{seeded['trackingId']}", {}, 20, 20),
        ],
    )
    values = {name: (owned if name in {"account", "apiKey"} else failed)[name] for name in NAMED}
    contained = {
        "session id": {"sessionId.contains": seeded["sessionId"][-5:]},
        "conversation id": {"conversationId.contains": seeded["conversationId"][-7:].lower()},
        "tracking id, 7 days": {"trackingId.contains": seeded["trackingId"][-9:-2], "range": "7d"},
        "nothing": {"trackingId.contains": "UUUUUU"},
        "error message": {"errorMessage.contains": "context window"},
        "error message, of a rare user": {"errorMessage.contains": "context window", "user": "user-00077"},
        "error message, nothing": {"errorMessage.contains": "quota of"},
    }
    ask.show(
        "equality plus time range; contains on ids and error messages; first page",
        [
            *(listed(f"{name}, 7 days", {name: value, "range": "7d"}, 50, 100) for name, value in values.items()),
            listed("a model nobody has", {"model": "gpt-0"}, 50, 100),
            listed("two users and a status", {"user": ["user-00100", "user-00200"], "status": "ERROR"}, 50, 100),
            *(listed(f"contains, {name}", params, 50, 100) for name, params in contained.items()),
        ],
    )
    ask.show(
        'any other filter: answered, with what was found and "searched back to"',
        [
            listed("output tokens above 500", {"outputTokens.gt": 500}, 1000, 1000),
            listed("output tokens above all", {"outputTokens.gt": 5_000_000}, 1000, 1000),
            listed("two letters that nothing has", {"q": "ÿÿ"}, 1000, 1000),
            listed("dearest of a week", {"sort": "-cost", "range": "7d"}, 1000, 1000),
            listed("dearest of all", {"sort": "-cost"}, 1000, 1000),
        ],
    )
    texts = {
        "an id": seeded["trackingId"],
        "part of an id": seeded["conversationId"][-8:],
        "an error": "context window",
        "a common error": "rate limit",
        "what all have": "conv_",
        "nothing": "nothing like it",
    }
    ask.show(
        "free text over error messages and ids",
        [listed(name, {"q": text}, 100, 200) for name, text in texts.items()],
    )


if __name__ == "__main__":
    with asking() as started:
        main(started)
