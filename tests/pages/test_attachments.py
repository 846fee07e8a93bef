"""Files in the composer: chosen, pasted or dropped, shown with the question, kept like what is typed."""

import base64

import pytest
from playwright.async_api import expect

from ..pictures import PNG

# As a browser hands over what was copied or dragged.
GIVE = """([kind, name, type, data]) => {
    const field = document.getElementById("composer");
    const given = new DataTransfer();
    if (name) given.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name, { type }));
    else given.setData("text/plain", data);
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: given, bubbles: true, cancelable: true })
        : new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true });
    field.dispatchEvent(event);
}"""


def file(name: str, content: bytes, kind: str = "text/plain") -> dict:
    return {"name": name, "mimeType": kind, "buffer": content}


async def test_a_chosen_file_goes_with_the_question(ada) -> None:
    await ada.see("attach").set_input_files([file("notes.txt", b"Buy milk"), file("dot.png", PNG, "image/png")])
    await expect(ada.see("attachment")).to_have_count(2)
    await ada.ask("What is this?")
    question = ada.page.get_by_role("article", name="You")
    await expect(question.get_by_test_id("attachment")).to_have_count(2)
    await expect(ada.page.locator(".composer").get_by_test_id("attachment")).to_have_count(0)
    await ada.see("message-meta").wait_for()
    await ada.page.wait_for_url("**/c/*")
    await ada.page.reload()
    await expect(question.get_by_test_id("attachment").first).to_have_text("notes.txt")
    picture = question.get_by_role("img", name="dot.png")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("(image) => image.naturalWidth") == 1


@pytest.mark.parametrize("kind", ["paste", "drop"])
async def test_a_picture_is_pasted_or_dropped(ada, kind: str) -> None:
    await expect(ada.see("composer")).to_be_focused()
    await ada.page.evaluate(GIVE, [kind, "shot.png", "image/png", base64.b64encode(PNG).decode()])
    await expect(ada.see("attachment").get_by_role("img", name="shot.png")).to_be_visible()


async def test_a_very_long_text_that_is_pasted_becomes_a_file(ada) -> None:
    await ada.see("composer").fill("Sum this up: ")
    await ada.page.evaluate(GIVE, ["paste", "", "", "long " * 20_000])
    await expect(ada.see("attachment")).to_have_text("Pasted text.txt")
    await expect(ada.see("composer")).to_have_value("Sum this up: ")
    await expect(ada.see("send")).to_be_enabled()


async def test_files_outlive_a_reload_like_what_is_typed(ada) -> None:
    await ada.see("composer").fill("half a thought")
    await ada.see("attach").set_input_files(file("notes.txt", b"Buy milk"))
    await expect(ada.see("attachment")).to_have_count(1)
    await ada.page.reload()
    await expect(ada.see("composer")).to_have_value("half a thought")
    await expect(ada.see("attachment")).to_have_text("notes.txt")
    await ada.see("attachment").get_by_role("button", name="Remove notes.txt").click()
    await expect(ada.see("attachment")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "content", "kind", "words"),
    [
        ("a.svg", b"<svg/>", "image/svg+xml", "a.svg cannot be attached"),
        ("a.mp3", b"ID3", "audio/mpeg", "a.mp3 cannot be attached"),
        ("long.txt", b"x" * 300_000, "text/plain", "long.txt is too large: a text may have at most 256 KB"),
    ],
)
async def test_what_cannot_be_attached_is_said_before_it_is_sent(ada, name, content, kind, words) -> None:
    asked = []
    ada.page.on("request", lambda request: asked.append(request.url))
    await ada.see("attach").set_input_files(file(name, content, kind))
    await expect(ada.page.get_by_text(words)).to_be_visible()
    assert not [url for url in asked if "attachments" in url]


async def test_the_local_model_says_that_it_sees_no_pictures(ada) -> None:
    await ada.see("model-select").select_option("local/smollm2-135m")
    await ada.see("attach").set_input_files(file("dot.png", PNG, "image/png"))
    await expect(ada.see("attachment")).to_have_count(1)
    await ada.see("composer").fill("What is this?")
    await ada.see("send").click()
    await expect(ada.see("chat-error")).to_contain_text("SmolLM2 135M reads texts only")
    await expect(ada.see("composer")).to_have_value("What is this?")
    await expect(ada.see("attachment")).to_have_count(1)
