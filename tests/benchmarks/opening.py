"""How long a long conversation takes to open: from the press in the list to its last message on the page.

Run it: `python tests/benchmarks/opening.py [messages]`. Must be, for 2,000 messages: at most 500 ms.
"""

import asyncio
import sys
from contextlib import closing
from pathlib import Path
from statistics import median

from playwright.async_api import Page, expect
from streaming_page import ADMIN, server, signed_in

from fluxgate_app.accounts import people
from fluxgate_app.chat import conversations
from fluxgate_app.db import Database
from fluxgate_app.models import Conversation, Message

TIMES = 5
ANSWER = "Some **words** with `code`, and a list:\n\n- one\n- two\n\n```python\nprint('Hello')\n```\n\nThe end of {}."
# The time of the press itself is the browser's, so that the driver's own slowness does not count.
WATCH = """(last) => new Promise((done) => {
    const pressed = performance.now();
    document.querySelector('[data-testid=conversation-item]').click();
    const look = () => {
        const all = document.querySelectorAll('[data-testid=message-assistant]');
        if (all.length && all[all.length - 1].textContent.includes(last)) done(performance.now() - pressed);
        else requestAnimationFrame(look);
    };
    look();
})"""


def write(folder: Path, messages: int) -> None:
    """One conversation of the admin with so many messages."""
    with closing(Database(f"sqlite:///{folder / 'fluxgate.db'}")) as database, database.writing() as session:
        account = people.find(session, ADMIN["FLUXGATE_ADMIN_EMAIL"])
        assert account
        chat, last = conversations.create(session, account.id, "Long").id, None
        for position in range(messages):
            role, text = ("assistant", ANSWER.format(position)) if position % 2 else ("user", f"Question {position}")
            turn = Message(conversation_id=chat, parent_id=last, position=position, role=role, content=text)
            session.add(turn)
            last = turn.id
        session.get_one(Conversation, chat).leaf_id = last


async def measure(page: Page, url: str, messages: int) -> None:
    """Open it again and again from a new chat."""
    took: list[float] = []
    for _ in range(TIMES):
        await page.goto(url)
        await expect(page.get_by_test_id("conversation-item")).to_be_visible()
        await expect(page.get_by_test_id("composer")).to_be_enabled()
        await page.wait_for_timeout(1000)
        took.append(await page.evaluate(WATCH, f"The end of {messages - 1}."))
    shown = ", ".join(f"{one:.0f}" for one in sorted(took))
    print(f"{messages} messages open in {median(took):.0f} ms at the median (at most 500): {shown}")


async def main(messages: int) -> None:
    """Write them, then measure."""
    with server() as (url, folder):
        write(folder, messages)
        async with signed_in(url) as page:
            await measure(page, url, messages)


if __name__ == "__main__":
    asyncio.run(main(int([*sys.argv[1:], "2000"][0])))
