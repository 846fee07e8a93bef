"""The server ends in the middle of an answer and is back a moment later: the page goes on without a reload."""

import re
import signal

import pytest
from playwright.async_api import expect

from .conftest import ADA, PASSWORD, make_site

SERVER_IS_BACK_MS = 60_000


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.asyncio(loop_scope="session")
async def test_what_was_written_is_there_and_goes_on(start_server, unwatched_page, make_visitor, ended_by) -> None:
    admin = {"FLUXGATE_ADMIN_EMAIL": ADA, "FLUXGATE_ADMIN_PASSWORD": PASSWORD}
    server = start_server(**admin)
    site = make_site(server)
    ada = await site.visited_by(ADA, unwatched_page)
    answer = await ada.ask("Tell me everything", "demo-8kb")
    await expect(answer).to_contain_text(re.compile(".{200}", re.DOTALL))
    # What is written is saved once a second.
    await ada.page.wait_for_timeout(1500)
    await ada.page.evaluate("window.isStillTheSame = true")
    server.process.send_signal(ended_by)
    server.process.wait(timeout=15)
    await expect(ada.page.get_by_text("Connection lost")).to_be_visible(timeout=10_000)
    start_server(port=int(site.url.rpartition(":")[2]), FLUXGATE_DATA_DIR=str(server.data_dir))
    await expect(ada.see("broken-off")).to_contain_text("interrupted", timeout=SERVER_IS_BACK_MS)
    await expect(ada.page.get_by_text("Connection lost")).to_have_count(0)
    assert len(await answer.inner_text()) > 150
    await ada.page.get_by_role("button", name="Continue").click()
    await expect(ada.see("stop")).to_be_visible()
    await ada.see("stop").click()
    await expect(ada.see("broken-off")).to_contain_text("You stopped this answer.")
    assert await ada.page.evaluate("window.isStillTheSame")
