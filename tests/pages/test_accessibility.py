"""axe finds nothing serious on any page, in light and dark (WCAG 2.2 AA)."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from fluxgate_app.accounts import people
from fluxgate_app.chat import conversations
from fluxgate_app.models import Conversation, Message

from .. import node

AXE = {"axe-core": "4.14.1"}
RUN = """async () => (await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"],
})).violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => [id, help, nodes.slice(0, 3).map((node) => node.html)])"""
ANSWER = """# A title

Some `code`, **bold**, [a link](https://example.org) and a list:

- [x] done
- [ ] to do

| step | time |
| --- | ---: |
| first | 69 ms |

```python
print("Hello")
```
"""
SETTINGS = ["", "/keys", "/providers", "/people", "/prices", "/limits"]


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The checker, as a script."""
    folder: Path = tmp_path_factory.mktemp("axe")
    node.install(folder, AXE)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Any:
    return request.param


async def found(visitor, axe: str, theme: Any) -> list[Any]:
    """What is seriously wrong with the page that is open."""
    await visitor.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    await visitor.page.wait_for_timeout(300)
    await visitor.page.evaluate(axe)
    return await visitor.page.evaluate(RUN)


@pytest.mark.parametrize("path", ["/requests", "/dashboard", *(f"/settings{tab}" for tab in SETTINGS)])
async def test_a_page_of_the_signed_in(ada, axe, theme, path) -> None:
    await ada.go(path)
    await expect(ada.page.get_by_role("heading", level=1)).to_be_visible()
    await ada.page.wait_for_timeout(1000)
    assert await found(ada, axe, theme) == []


@pytest.mark.parametrize("path", ["/login", "/signup", "/setup?token=x"])
async def test_a_door(visitor, axe, theme, path) -> None:
    await visitor.go(path)
    assert await found(visitor, axe, theme) == []


async def test_a_new_chat_and_the_help(ada, axe, theme) -> None:
    await expect(ada.see("composer")).to_be_enabled()
    assert await found(ada, axe, theme) == []
    await ada.page.keyboard.press("Control+/")
    await expect(ada.see("keys")).to_be_visible()
    assert await found(ada, axe, theme) == []


async def test_a_conversation(ada, axe, theme, site) -> None:
    with site.database.writing() as session:
        account = people.find(session, "ada@example.com")
        assert account
        chat = conversations.create(session, account.id, "Everything").id
        asked = Message(conversation_id=chat, position=0, role="user", content="Show me everything")
        answer = Message(conversation_id=chat, parent_id=asked.id, position=1, role="assistant", content=ANSWER)
        session.add_all([asked, answer])
        session.get_one(Conversation, chat).leaf_id = answer.id
    await ada.go(f"/c/{chat}")
    await expect(ada.see("message-assistant")).to_contain_text("A title")
    assert await found(ada, axe, theme) == []


async def test_one_request(ada, axe, theme) -> None:
    await ada.ask("Hello")
    await ada.see("message-meta").get_by_role("link").click()
    await expect(ada.see("request-detail")).to_be_visible()
    assert await found(ada, axe, theme) == []
