"""Budgets, set by admins: whichever way a call comes in, it is refused or cut when nothing is left."""

import hashlib
import hmac
import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import anthropic
import openai
import pytest

from fluxgate_app.events import price_overrides
from fluxgate_app.tracking import CostOverride

from .conftest import client

SECRET = "a secret of the help desk"
QUESTION = [{"role": "user", "content": "What is a token?"}]
FAST = {"model": "demo-fast", "messages": QUESTION}
numbers = itertools.count()


@pytest.fixture(scope="module")
def spending_api(start_api):
    """An API where a thousand tokens of anything cost a dollar."""
    api = start_api(webhook_secret=SECRET, openai_api_key=None, openai_base_url=None)
    dear = CostOverride(Decimal(1000), Decimal(1000))
    with api.wiring.db.writing() as session:
        price_overrides.add(session, "*", "*", datetime(2026, 1, 1, tzinfo=UTC), dear)
    api.refresh_prices()
    return api


@pytest.fixture(scope="module")
def boss(spending_api):
    return spending_api.person("boss", "admin")


@pytest.fixture
def spender(spending_api):
    """Somebody new in each test."""
    return spending_api.person(f"spender{next(numbers)}")


@pytest.fixture
def budget(boss):
    """`budget(0.5, "account", spender.account.id)`: removed after the test."""
    made = []

    def make(limit, scope="overall", subject="", period="day", **more):
        with boss.by_cookie() as browser:
            wanted = {"scope": scope, "subject": subject, "period": period, "limit": limit} | more
            answer = browser.post("/api/budgets", json=wanted)
        assert answer.status_code == 201, answer.text
        made.append(answer.json())
        return answer.json()

    yield make
    with boss.by_cookie() as browser:
        for one in made:
            browser.delete(f"/api/budgets/{one['id']}")


@pytest.fixture
def used_up(budget, spender):
    """Whoever spends has almost nothing to spend."""
    return budget(0.000001, "account", spender.account.id)


def standing(person, budget) -> dict:
    with person.by_cookie() as browser:
        found = browser.get("/api/budgets").json()["budgets"]
    return next(one for one in found if one["id"] == budget["id"])


def spent(spending_api, person, budget) -> float:
    assert spending_api.wiring.recorder.flush()
    return standing(person, budget)["spent"]


def test_a_budget_counts_what_calls_cost(spending_api, budget, spender):
    made = budget(5, "account", spender.account.id)
    assert (made["name"], made["spent"], made["left"]) == (spender.account.email, 0, 5)
    with spender.by_key() as program:
        cost = program.post("/api/chat", json=FAST).json()["tracking"]["cost"]
    assert cost > 0
    assert spent(spending_api, spender, made) == cost
    assert standing(spender, made)["left"] == pytest.approx(5 - cost)
    assert standing(spender, made)["held"] == 0


REQUESTS = [
    ("/api/chat", FAST),
    ("/api/chat/stream", FAST),
    ("/api/chat/stream", {"model": "demo-fast", "message": "Hello"}),
    ("/api/chat/sse", FAST),
    ("/api/claude/stream", {"messages": QUESTION}),
    ("/api/gemini/stream", {"prompt": "Hello"}),
    ("/api/embeddings", {"input": "Hello"}),
]


@pytest.mark.parametrize(("path", "body"), REQUESTS)
def test_the_api_refuses_what_no_budget_is_left_for(used_up, spender, path, body):
    with spender.by_key() as program:
        refused = program.post(path, json=body)
    assert refused.status_code == 429
    assert refused.json()["error"].startswith("Budget reached: $0.000001 a day for this account; it begins anew on ")
    assert refused.headers["x-should-retry"] == "false"
    assert "Retry-After" not in refused.headers


def test_so_does_the_ai_sdk_s_stream(used_up, spender):
    message = {"id": "m1", "role": "user", "parts": [{"type": "text", "text": "Hello"}]}
    with spender.by_key() as program:
        refused = program.post("/api/chat", json={"id": "c1", "trigger": "submit-message", "messages": [message]})
    assert refused.status_code == 429
    assert "Budget reached" in refused.json()["error"]


def test_a_conversation_keeps_no_question_that_is_refused(used_up, spender):
    with spender.by_key() as program:
        made = program.post("/api/conversations", json={}).json()["id"]
        refused = program.post(f"/api/conversations/{made}/messages", json={"message": "Hi", "model": "demo-fast"})
        assert refused.status_code == 429
        assert program.get(f"/api/conversations/{made}/messages").json()["messages"] == []


def test_a_webhook_is_held_back_by_the_feature_s_budget(budget, spending_api):
    budget(0.000001, "feature", "support-triage")
    ticket = json.dumps({"id": "t_1", "userId": "u_1", "subject": "Charged twice", "body": "Two payments."}).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), ticket, hashlib.sha256).hexdigest()
    with client(spending_api.url) as desk:
        refused = desk.post("/api/webhooks/support", content=ticket, headers={"x-webhook-signature": signature})
    assert refused.status_code == 429
    assert refused.json()["error"].startswith("Budget reached: as much as is allowed a day for the feature ")


@pytest.mark.parametrize("model", ["demo-fast", "claude-sonnet-4-6"])
def test_openai_s_sdk_raises_its_own_error_and_does_not_try_again(used_up, spender, spending_api, model):
    before = len(spending_api.wiring.demo.requests)
    with openai.OpenAI(base_url=f"{spender.url}/v1", api_key=spender.key) as sdk:
        with pytest.raises(openai.RateLimitError, match="Budget reached"):
            sdk.chat.completions.create(model=model, messages=QUESTION)
        with pytest.raises(openai.RateLimitError, match="Budget reached"):
            sdk.responses.create(model=model, input="Hello")
        with pytest.raises(openai.RateLimitError, match="Budget reached"):
            sdk.embeddings.create(model="demo/text-embedding-3-small", input="Hello")
    assert len(spending_api.wiring.demo.requests) == before


@pytest.mark.parametrize("model", ["demo-fast", "claude-sonnet-4-6"])
def test_so_does_anthropic_s(used_up, spender, model):
    with anthropic.Anthropic(base_url=spender.url, api_key=spender.key) as sdk:
        with pytest.raises(anthropic.RateLimitError, match="Budget reached"):
            sdk.messages.create(model=model, max_tokens=9, messages=QUESTION)
        assert sdk.messages.count_tokens(model="claude-sonnet-4-6", messages=QUESTION).input_tokens > 0


def cut_event(spending_api, boss, tracking_id) -> dict:
    assert spending_api.wiring.recorder.flush()
    with boss.by_key() as program:
        return program.get(f"/api/events/{tracking_id}").json()


def test_a_stream_is_cut_in_the_middle(spending_api, boss, budget, spender):
    made = budget(0.3, "account", spender.account.id)
    body = {"model": "demo-8kb", "messages": QUESTION}
    with spender.by_key() as program:
        answer = program.post("/api/chat/sse", json=body)
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]
    assert events[-1] == {"type": "error", "error": events[-1]["error"]}
    assert events[-1]["error"].startswith("Budget reached: $0.30 a day")
    assert sum(len(event.get("text", "")) for event in events) <= 4 * 300
    event = cut_event(spending_api, boss, answer.headers["X-FluxGate-Tracking-Id"])
    assert (event["status"], event["errorType"], event["costSource"]) == ("BLOCKED", "budget", "estimated")
    assert 0.2 < event["cost"] <= 0.31
    assert spent(spending_api, spender, made) == event["cost"]


@pytest.mark.parametrize("model", ["demo-8kb", "gemini-2.5-pro"])
def test_so_is_one_of_the_gateway(spending_api, boss, budget, spender, model):
    budget(0.1, "account", spender.account.id)
    question = [{"role": "user", "content": "x" * 200}]
    with openai.OpenAI(base_url=f"{spender.url}/v1", api_key=spender.key) as sdk:
        stream = sdk.chat.completions.create(model=model, messages=question, stream=True)
        with pytest.raises(openai.APIError, match="Budget reached"):
            for _ in stream:
                pass
    event = cut_event(spending_api, boss, stream.response.headers["x-fluxgate-tracking-id"])
    assert (event["status"], event["errorType"]) == ("BLOCKED", "budget")


def test_many_calls_at_once_spend_no_more_than_there_is(spending_api, boss, budget, spender):
    made = budget(2, "account", spender.account.id)

    def ask(number: int) -> int:
        with spender.by_key() as program:
            return program.post("/v1/chat/completions", json=FAST | {"max_tokens": 450}).status_code

    with ThreadPoolExecutor(12) as threads:
        answered = list(threads.map(ask, range(36)))
    assert set(answered) == {200, 429}
    assert 0 < spent(spending_api, spender, made) <= 2
    assert standing(spender, made)["held"] == 0


def test_one_after_the_other_is_answered_until_all_is_spent(spending_api, budget, spender):
    made = budget(0.5, "account", spender.account.id)
    body = FAST | {"max_tokens": 40}
    with spender.by_key() as program:
        answers = [program.post("/v1/chat/completions", json=body).status_code for _ in range(20)]
    assert answers == sorted(answers)
    assert answers.count(200) >= 8
    assert 0.45 <= spent(spending_api, spender, made) <= 0.55


def test_what_others_ingest_burns_nobody_s_budget(spending_api, boss, budget):
    made = budget(5)
    with boss.by_key() as program:
        sent = {"provider": "openai", "model": "gpt-4o", "usage": {"promptTokens": 1000}}
        assert program.post("/api/events", json=sent).json()["totalCost"] == 1
    assert spent(spending_api, boss, made) == 0


def test_a_higher_limit_counts_at_once(budget, boss, spender):
    made = budget(0.000001, "account", spender.account.id)
    with spender.by_key() as program, boss.by_cookie() as browser:
        assert program.post("/api/chat", json=FAST).status_code == 429
        changed = browser.patch(f"/api/budgets/{made['id']}", json={"limit": 50})
        assert (changed.status_code, changed.json()["limit"], changed.json()["period"]) == (200, 50, "day")
        assert program.post("/api/chat", json=FAST).status_code == 200


def test_a_budget_of_a_key_holds_back_that_key_alone(budget, boss, spender):
    with spender.by_cookie() as browser:
        key = browser.get("/api/keys").json()["keys"][0]["id"]
        budget(0.000001, "apiKey", key)
        assert browser.post("/api/chat", json=FAST).status_code == 200
    with spender.by_key() as program:
        assert program.post("/api/chat", json=FAST).status_code == 429


def test_everybody_sees_their_own_budgets_and_admins_all(budget, spender, boss, spending_api):
    everybody, mine = budget(100), budget(5, "account", spender.account.id)
    stranger = spending_api.person(f"stranger{next(numbers)}")

    def seen(person):
        with person.by_cookie() as browser:
            return [one["id"] for one in browser.get("/api/budgets").json()["budgets"]]

    assert seen(boss) == [everybody["id"], mine["id"]]
    assert seen(spender) == [mine["id"]]
    assert seen(stranger) == []


def test_only_an_admin_in_a_browser_decides(budget, spender, boss):
    made = budget(5, "account", spender.account.id)
    wanted = {"scope": "overall", "period": "day", "limit": 1}
    with spender.by_cookie() as browser, boss.by_key() as program:
        for who, status in ((browser, 403), (program, 401)):
            assert who.post("/api/budgets", json=wanted).status_code == status
            assert who.patch(f"/api/budgets/{made['id']}", json={"limit": 9}).status_code == status
            assert who.delete(f"/api/budgets/{made['id']}").status_code == status
    assert standing(spender, made)["limit"] == 5


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"limit": 0}, 400),
        ({"limit": -1}, 400),
        ({"limit": 1e9}, 400),
        ({"limit": "much"}, 400),
        ({"period": "year"}, 400),
        ({"scope": "planet"}, 400),
        ({"subject": "somebody"}, 400),
        ({"scope": "account"}, 400),
        ({"scope": "account", "subject": "usr_nobody"}, 404),
        ({"scope": "apiKey", "subject": "key_none"}, 404),
        ({"scope": "feature", "subject": "x" * 201}, 400),
    ],
)
def test_it_refuses_what_is_no_budget(boss, wanted, status):
    with boss.by_cookie() as browser:
        body = {"scope": "overall", "period": "day", "limit": 5} | wanted
        assert browser.post("/api/budgets", json=body).status_code == status
        assert browser.get("/api/budgets").json()["budgets"] == []


def test_there_is_one_budget_a_period_for_each(budget, boss):
    budget(5)
    budget(50, period="month")
    with boss.by_cookie() as browser:
        again = browser.post("/api/budgets", json={"scope": "overall", "period": "day", "limit": 6})
        assert again.status_code == 409
        assert browser.delete("/api/budgets/budget_none").status_code == 404
