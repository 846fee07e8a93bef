"""So many questions a minute, counted once they are valid."""

import pytest

QUESTION = {"message": "Hi", "model": "demo-fast"}


@pytest.fixture(scope="module")
def limited(start_api):
    return start_api(rate_limit_per_minute=2, api_rate_limit_per_minute=3)


def test_the_answer_says_what_is_left(limited):
    with limited.person("anna").by_cookie() as browser:
        answers = [browser.post("/api/chat", json=QUESTION) for _ in range(2)]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["1", "0"]
    assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {"2"}
    assert 55 <= int(answers[0].headers["x-ratelimit-reset"]) <= 60


def test_page_and_streams_share_one_counter(limited):
    with limited.person("bert").by_cookie() as browser:
        assert browser.post("/api/chat", json=QUESTION).status_code == 200
        stream = browser.post("/api/chat/stream", json=QUESTION)
        assert stream.headers["x-ratelimit-remaining"] == "0"
        answer = browser.post("/api/chat/sse", json=QUESTION)
    assert answer.status_code == 429
    wait = answer.headers["retry-after"]
    assert answer.json() == {"error": f"Rate limit exceeded. Please wait {wait} seconds."}
    assert answer.headers["x-ratelimit-limit"] == "2"
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert answer.headers["x-ratelimit-reset"] == wait


def test_a_key_has_the_limit_for_keys(limited):
    with limited.person("carl").by_key() as program:
        statuses = [program.post("/api/chat", json=QUESTION).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


@pytest.mark.parametrize(
    "body", [{"message": ""}, {"message": "Hi", "model": "no-such-model"}, {"message": "x" * 4001}]
)
def test_a_refused_question_is_not_counted(limited, body):
    with limited.person(f"dora{len(str(body))}").by_cookie() as browser:
        for _ in range(3):
            assert browser.post("/api/chat", json=body).status_code == 400
        assert browser.post("/api/chat", json=QUESTION).headers["x-ratelimit-remaining"] == "1"


def test_one_person_s_limit_is_not_another_s(limited):
    emil, fritz = limited.person("emil"), limited.person("fritz")
    with emil.by_cookie() as first, fritz.by_cookie() as second:
        for _ in range(3):
            last = first.post("/api/chat", json=QUESTION)
        assert last.status_code == 429
        assert second.post("/api/chat", json=QUESTION).status_code == 200
