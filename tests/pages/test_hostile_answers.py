"""Whatever a model writes, it is text: it runs nothing, loads nothing from elsewhere and looks like what it is."""

import pytest
from playwright.async_api import expect

from fluxgate_app.accounts import people
from fluxgate_app.chat import conversations
from fluxgate_app.models import Conversation, Message

RUNS = "document.title = 'hacked'"


@pytest.fixture
def say(site):
    """Put an answer into a conversation of Ada's, as if a model had given it; gives its path."""

    def say(text: str) -> str:
        with site.database.writing() as session:
            ada = people.find(session, "ada@example.com")
            chat = conversations.create(session, ada.id, "Hostile").id
            answer = Message(conversation_id=chat, position=0, role="assistant", content=text)
            session.add(answer)
            session.get_one(Conversation, chat).leaf_id = answer.id
        return f"/c/{chat}"

    return say


@pytest.mark.parametrize(
    "text",
    [
        f"<script>{RUNS}</script>",
        f'<img src=x onerror="{RUNS}">',
        f'<iframe srcdoc="<script>parent.{RUNS}</script>"></iframe>',
        f'<svg onload="{RUNS}"></svg>',
        "<style>body { display: none }</style>",
        "![a picture](https://example.test/pixel.png)",
        f"![a picture](data:image/svg+xml,<svg onload='{RUNS}'>)",
        f'Look: <a href="javascript:{RUNS}">here</a>',
    ],
)
async def test_it_is_shown_and_does_nothing(ada, say, text: str) -> None:
    asked: list[str] = []
    await ada.go(say(text + "\n\nThe end."))
    ada.page.on("request", lambda request: asked.append(request.url))
    answer = ada.see("message-assistant")
    await expect(answer).to_contain_text("The end.")
    await ada.page.wait_for_timeout(100)
    assert await answer.locator("script, iframe, svg, style, object, form, img").count() == 0
    assert await ada.page.title() in ("FluxGate", "Hostile · FluxGate")
    assert not [url for url in asked if not url.startswith(ada.url)]


@pytest.mark.parametrize(
    "address", [f"javascript:{RUNS}", f"JaVaScRiPt:{RUNS}", "data:text/html,hello", "vbscript:x", "file:///etc/passwd"]
)
async def test_a_dangerous_link_is_no_link(ada, say, address: str) -> None:
    await ada.go(say(f"[press me]({address})"))
    await expect(ada.see("message-assistant")).to_contain_text("press me")
    assert await ada.see("message-assistant").get_by_role("link").count() == 0


async def test_a_link_leads_out_without_telling_from_where(ada, say) -> None:
    await ada.go(say("[the bank](https://bаnk.example/login)"))
    link = ada.see("message-assistant").get_by_role("link")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("title", "https://xn--bnk-6cd.example/login")


async def test_a_line_without_end_stays_readable(ada, say) -> None:
    await ada.go(say("x" * 100_000))
    await expect(ada.see("message-assistant")).to_contain_text("x" * 100_000, ignore_case=True)
    width = await ada.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0


@pytest.mark.parametrize(
    "text",
    [
        "\u202egnp.exe\u202c and \u2066hidden\u2069 and \u200bzero\u200bwidth",
        "a\ufffdb 🙂 e\u0301" + "\u0301" * 200,
        "\x01\x02\x1b[31mred\x7f",
        "\uff21" * 500,
    ],
)
async def test_strange_characters_stay_readable(ada, say, text: str) -> None:
    await ada.go(say(text + "\n\nThe end."))
    answer = ada.see("message-assistant")
    await expect(answer).to_contain_text("The end.")
    width = await ada.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0


async def test_letters_that_turn_the_line_around_do_not_reach_the_page_around_it(ada, say) -> None:
    await ada.go(say("\u202e" * 50 + "turned\n\nThe end."))
    await expect(ada.see("message-assistant")).to_contain_text("The end.")
    await expect(ada.see("send")).to_have_text("Send")
    assert await ada.page.locator("main").evaluate("(main) => getComputedStyle(main).direction") == "ltr"


@pytest.mark.parametrize(
    "text",
    [
        f"$$\\href{{javascript:{RUNS}}}{{x}}$$",
        "$$\\includegraphics{https://example.test/pixel.png}$$",
        "$$\\htmlStyle{position: fixed; inset: 0}{x}$$",
        "$$\\rule{100000em}{100000em}$$",
        "$$\\def\\a{\\a\\a}\\a$$",
        "$$\\frac{1$$",
    ],
)
async def test_a_formula_does_nothing_but_stand_there(ada, say, text: str) -> None:
    asked: list[str] = []
    await ada.go(say(text + "\n\nThe end. $$x^2$$"))
    ada.page.on("request", lambda request: asked.append(request.url))
    answer = ada.see("message-assistant")
    await expect(answer.locator("math").last).to_be_visible()
    assert await answer.locator("a, img, script, [style*=fixed]").count() == 0
    assert (await answer.bounding_box())["height"] < 2000
    assert not [url for url in asked if not url.startswith(ada.url)]


async def test_code_is_coloured_and_still_text(ada, say) -> None:
    await ada.go(say(f'```python\nprint("<script>{RUNS}</script>")\n```'))
    code = ada.see("message-assistant").locator("pre")
    await expect(code.locator(".hljs-string")).to_have_text(f'"<script>{RUNS}</script>"')
    assert await code.locator("script").count() == 0


async def test_thousands_of_nested_quotes_and_lists_break_nothing(ada, say) -> None:
    await ada.go(say(">" * 300 + " deep\n\n" + "".join(" " * depth + "- x\n" for depth in range(80)) + "\n\nThe end."))
    await expect(ada.see("message-assistant")).to_contain_text("The end.")
