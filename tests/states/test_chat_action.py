"""One question, one whole answer, and never an exception."""

from fluxgate_app.states.chat_action import chat_action


async def test_it_answers(now) -> None:
    answer = await chat_action("What is a hash table?")
    assert answer["success"] is True
    assert answer["message"]
    assert answer["tokens"] > 0


async def test_it_says_what_is_wrong_with_a_message(now) -> None:
    assert await chat_action("  ") == {"success": False, "error": "Invalid message"}
    assert await chat_action("x" * 4001) == {"success": False, "error": "Message too long"}


async def test_it_survives_what_nobody_expected(now) -> None:
    await now.completions.close()
    now.catalogue.stop()
    now.db.close()
    answer = await chat_action(b"bytes")  # pyright: ignore[reportArgumentType]
    assert answer == {"success": False, "error": "Invalid message"}
