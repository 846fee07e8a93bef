"""Who may see the pages, and that nobody sees what another left in the tab."""

import re
from dataclasses import replace

from playwright.async_api import expect


async def test_it_lands_on_the_chat(visitor) -> None:
    await visitor.sign_in("ada@example.com")
    await expect(visitor.see("composer")).to_be_visible()
    await expect(visitor.page).to_have_url(re.compile("/$"))
    await expect(visitor.page.get_by_text("ada@example.com")).to_be_visible()


async def test_it_refuses_a_wrong_password(visitor, unwatched_page) -> None:
    visitor = replace(visitor, page=unwatched_page)
    await visitor.sign_in("ada@example.com", "a wrong password")
    await expect(visitor.page.get_by_role("alert")).to_have_text("Wrong e-mail or password")
    await expect(visitor.see("login-submit")).to_be_enabled()


async def test_it_asks_everybody_to_sign_in_first(visitor) -> None:
    for path in ("/", "/requests", "/c/conv_1", "/requests/evt_1"):
        await visitor.go(path)
        await expect(visitor.see("login-email")).to_be_visible()
        await expect(visitor.page).to_have_url(re.compile("/login$"))


async def test_logging_out_ends_the_session(ada) -> None:
    await ada.page.get_by_label("Log out").click()
    await expect(ada.see("login-email")).to_be_visible()
    await ada.go("/requests")
    await expect(ada.see("login-email")).to_be_visible()


async def test_the_next_person_in_the_tab_gets_nothing_of_the_last(ada) -> None:
    await ada.ask("A secret of Ada")
    await ada.page.wait_for_url("**/c/*")
    token = await ada.page.evaluate("sessionStorage.getItem('token')")
    await ada.page.get_by_label("Log out").click()
    await expect(ada.see("login-email")).to_be_visible()
    received: list[str] = []
    ada.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(str(frame))))
    await ada.sign_in("bob@example.com")
    await expect(ada.see("composer")).to_be_visible()
    # A tab that keeps its old token, as one does that never went through our own log-out.
    await ada.page.evaluate("(token) => sessionStorage.setItem('token', token)", token)
    await ada.page.reload()
    await expect(ada.page.get_by_text("bob@example.com")).to_be_visible()
    await ada.page.wait_for_timeout(500)
    assert received
    assert not [frame for frame in received if "A secret of Ada" in frame]


async def test_a_session_that_ends_elsewhere_closes_the_page(ada) -> None:
    token = next(cookie["value"] for cookie in await ada.page.context.cookies() if "session" in cookie["name"])
    other = await ada.page.context.browser.new_context()
    await other.request.post(
        f"{ada.url}/api/auth/logout", headers={"Cookie": f"fluxgate_session={token}", "Origin": ada.url}
    )
    await expect(ada.see("login-email")).to_be_visible(timeout=5000)
    await other.close()
