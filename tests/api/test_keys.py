"""A person's API keys, made, listed and revoked in the browser."""

import pytest

from .conftest import client


@pytest.fixture(scope="module")
def keys_api(start_api):
    return start_api(api_rate_limit_per_minute=60)


@pytest.fixture
def owner(keys_api, request):
    """Somebody new in each test."""
    return keys_api.person(f"owner{abs(hash(request.node.name))}")


@pytest.fixture(scope="module")
def admin(keys_api):
    return keys_api.person("admin", "admin")


@pytest.fixture(scope="module")
def stranger(keys_api):
    return keys_api.person("stranger")


def make(person, **wanted):
    with person.by_cookie() as browser:
        return browser.post("/api/keys", json={"name": "laptop"} | wanted)


def names(person, query: str = "") -> list[str]:
    with person.by_cookie() as browser:
        answer = browser.get(f"/api/keys{query}")
    assert answer.status_code == 200
    return [key["name"] for key in answer.json()["keys"]]


def status_with(person, key: str) -> int:
    with client(person.url, key) as program:
        return program.get("/api/auth/me").status_code


def test_a_new_key_is_told_once_and_opens_its_owner_s_account(owner):
    answer = make(owner, scopes=["chat"], perMinute=5, expiresInDays=30)
    assert answer.status_code == 201
    made = answer.json()
    assert made["key"].startswith(f"fg_{made['prefix']}_")
    assert (made["name"], made["scopes"], made["perMinute"]) == ("laptop", ["chat"], 5)
    assert made["expiresAt"] > made["createdAt"]
    assert made["revokedAt"] is made["lastUsedAt"] is None
    assert status_with(owner, made["key"]) == 200
    with owner.by_cookie() as browser:
        listed = browser.get("/api/keys").json()["keys"][0]
    assert listed.pop("lastUsedAt") is not None
    assert listed == {name: value for name, value in made.items() if name not in ("key", "lastUsedAt")}


def test_a_key_s_own_limit_counts(owner):
    key = make(owner, perMinute=2).json()["key"]
    with client(owner.url, key) as program:
        answers = [program.post("/api/chat", json={"message": "Hi", "model": "demo-fast"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["1", "0", "0"]


def test_a_revoked_key_opens_nothing_from_then_on(owner):
    made = make(owner).json()
    with owner.by_cookie() as browser:
        assert browser.delete(f"/api/keys/{made['id']}").status_code == 204
        revoked = browser.get("/api/keys").json()["keys"][0]
        assert browser.delete(f"/api/keys/{made['id']}").status_code == 204
        assert browser.get("/api/keys").json()["keys"][0] == revoked
    assert revoked["revokedAt"] is not None
    assert status_with(owner, made["key"]) == 401


def test_a_key_makes_lists_and_revokes_no_keys(owner, admin):
    key_id = make(owner).json()["id"]
    for person in (owner, admin):
        with person.by_key() as program:
            assert program.post("/api/keys", json={"name": "another"}).status_code == 401
            assert program.get("/api/keys").status_code == 401
            assert program.delete(f"/api/keys/{key_id}").status_code == 401


def test_a_foreign_page_makes_no_keys(owner):
    with owner.by_cookie() as browser:
        answer = browser.post("/api/keys", json={"name": "x"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "laptop" not in names(owner)


def test_a_stranger_sees_and_revokes_nothing_of_it(owner, stranger):
    made = make(owner, name="private").json()
    assert "private" not in names(stranger)
    with stranger.by_cookie() as browser:
        assert browser.delete(f"/api/keys/{made['id']}").status_code == 404
        assert browser.get(f"/api/keys?account={owner.account.id}").status_code == 403
    assert status_with(owner, made["key"]) == 200


def test_an_admin_sees_and_revokes_all(owner, admin):
    made = make(owner, name="theirs").json()
    assert "theirs" in names(admin)
    assert "theirs" in names(admin, f"?account={owner.account.id}")
    assert names(admin, "?account=usr_nobody") == []
    with admin.by_cookie() as browser:
        assert browser.delete(f"/api/keys/{made['id']}").status_code == 204
    assert status_with(owner, made["key"]) == 401


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({"scopes": ["chat", "events:write"]}, "Only an admin grants the scope events:write"),
        ({"perMinute": 61}, "Only an admin grants more than 60 requests a minute"),
        ({"account": "usr_somebody"}, "Only an admin makes keys for others"),
    ],
)
def test_what_only_an_admin_grants(owner, wanted, error):
    answer = make(owner, **wanted)
    assert (answer.status_code, answer.json()) == (403, {"error": error})


def test_an_admin_grants_it(owner, admin):
    answer = make(admin, account=owner.account.id, scopes=["events:write"], perMinute=5000)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["account"], made["email"]) == (owner.account.id, owner.account.email)
    event = {"usage": {"inputTokens": 1, "outputTokens": 1}, "metadata": {}}
    with client(owner.url, made["key"]) as program:
        assert program.post("/api/events", json=event).status_code == 201


def test_it_refuses_the_twenty_first_key(owner):
    # The fixture made one.
    made = [make(owner).json()["id"] for _ in range(19)]
    answer = make(owner)
    assert answer.status_code == 409
    assert answer.json() == {"error": "You have 20 keys: revoke one that is not needed any more"}
    with owner.by_cookie() as browser:
        browser.delete(f"/api/keys/{made[0]}")
    assert make(owner).status_code == 201


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({"name": ""}, "A key needs a name of at most 200 characters"),
        ({"name": None}, "Invalid name"),
        ({"name": "a\0b"}, "A key needs a name of at most 200 characters"),
        ({"scopes": ["everything"]}, "A key's scopes are among chat, embeddings, events:write, events:read"),
        ({"scopes": "chat"}, "Invalid scopes"),
        ({"perMinute": 0}, "Invalid perMinute"),
        ({"expiresInDays": 10**6}, "Invalid expiresInDays"),
        ({"account": "a\0b"}, "Invalid account"),
    ],
)
def test_it_refuses_a_wrong_wish(owner, wanted, error):
    answer = make(owner, **wanted)
    assert (answer.status_code, answer.json()) == (400, {"error": error})
    assert "laptop" not in names(owner)


def test_there_is_no_key_for_an_account_that_is_not_there(admin):
    assert make(admin, account="usr_nobody").status_code == 404


def test_an_unknown_key_cannot_be_revoked(owner):
    with owner.by_cookie() as browser:
        assert browser.delete("/api/keys/key_nobody").status_code == 404
        assert browser.delete("/api/keys/%00").status_code == 400
