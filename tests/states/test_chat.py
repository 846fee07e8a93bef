"""The chat page's own State: which conversation it opens, for whom, with which model."""

import asyncio

from fluxgate_app.states.chat import Chat
from fluxgate_app.states.spending import Spent

from .conftest import moved


async def load(state: Chat) -> list:
    """Open what the address says."""
    return [event async for event in state.load()]


async def begun(now, tab, email: str = "bob@example.com") -> Chat:
    """A conversation with one answer."""
    state = await tab(email).get_state(Chat)
    await load(state)
    await state.choose("demo/demo-fast")
    await state.send("What is a hash table?")
    await now.generations.running(state.conversation).wait()
    return state


async def test_a_new_chat_is_empty_and_offers_models(now, tab) -> None:
    state = await tab("bob@example.com").get_state(Chat)
    await load(state)
    assert state.feed["updates"] == [{"revision": 1, "messages": []}]
    assert state.model == "local/smollm2-135m"
    assert "often wrong" in state.note
    labels = [model.label for group in state.models for model in group.models]
    assert "GPT-4o · demo · 128k context · $2.50 in, $10 out" in labels
    assert "SmolLM2 135M · local · 4.1k context · free" in labels
    assert state.allowance["remaining"] == 10


async def test_how_the_next_chat_is_to_be_answered_is_kept_until_it_begins_and_no_longer(now, tab) -> None:
    state = await tab("bob@example.com").get_state(Chat)
    await state.behave({**state.manner, "streamed": False, "temperature": "0.5"})
    await load(state)
    assert (state.manner["streamed"], state.manner["temperature"]) == (False, "0.5")
    await state.send("What is a hash table?")
    await now.generations.running(state.conversation).wait()
    await load(state)
    assert (state.manner["streamed"], state.manner["temperature"]) == (True, "")


async def test_an_old_conversation_opens_with_its_messages_title_and_model(now, tab) -> None:
    conversation = (await begun(now, tab)).conversation
    state = await tab("bob@example.com", f"/c/{conversation}").get_state(Chat)
    await load(state)
    question, answer = state.feed["updates"][0]["messages"]
    assert question["text"] == state.title == "What is a hash table?"
    assert answer["status"] == "done"
    assert state.model == "demo/demo-fast"
    assert not state.loading


async def test_one_that_is_being_written_opens_with_all_that_is_there(now, tab) -> None:
    writing = await tab("bob@example.com").get_state(Chat)
    await load(writing)
    await writing.choose("demo/demo-stall")
    await writing.send("Hello")
    running = now.generations.running(writing.conversation)
    async for _ in running.follow():
        if running.text:
            break
    state = await tab("bob@example.com", f"/c/{writing.conversation}").get_state(Chat)
    await load(state)
    assert state.loading
    assert state.feed["updates"][0]["messages"][1]["text"] == running.text
    await state.stop()


async def test_another_persons_conversation_is_missing(now, tab) -> None:
    hers = await begun(now, tab, "ada@example.com")
    state = await tab("bob@example.com", f"/c/{hers.conversation}").get_state(Chat)
    await load(state)
    assert state.is_missing
    assert state.feed == {}


async def test_what_an_open_conversation_cost_is_not_said_of_one_that_is_missing(now, tab) -> None:
    page = tab("bob@example.com", f"/c/{(await begun(now, tab)).conversation}")
    assert await asyncio.to_thread(now.recorder.flush)
    state = await page.get_state(Chat)
    await load(state)
    assert state.spent.tokens
    moved(page, "/c/conv_unknown")
    await load(state)
    assert state.is_missing
    assert (state.title, state.spent) == ("", Spent())
