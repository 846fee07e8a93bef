"""Files that go with a question: checked when they come, told to each vendor in its own form, gone with the chat."""

import base64
from datetime import timedelta

import pytest
from sqlmodel import select

from fluxgate_app.chat import attachments
from fluxgate_app.chat.attachments import AttachmentView
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.parts import Image, Text
from fluxgate_app.chat.prompt import without_images
from fluxgate_app.db import Database
from fluxgate_app.errors import Conflict, Invalid, NotFound
from fluxgate_app.models import Attachment
from fluxgate_app.models.columns import now
from fluxgate_app.tracking import Owner

from ..pictures import PNG
from .conftest import Asked, Chat, read


def add(database: Database, owner: Owner, name: str = "notes.txt", content: bytes = b"Buy milk") -> AttachmentView:
    with database.writing() as session:
        return attachments.add(session, owner.account or "", name, content)


def content(database: Database, owner: Owner, attachment_id: str) -> bytes:
    with database.reading() as session:
        return attachments.content(session, owner.account or "", attachment_id)[1]


async def test_a_text_and_a_picture_go_with_the_question(chat: Chat, asked: Asked):
    notes, dot = add(chat.database, chat.owner), add(chat.database, chat.owner, "dot.png", PNG)
    await read(await chat.ask("What is this?", model="openai/gpt-4o", files=(notes.id, dot.id)))
    said = asked().body["messages"][-1]
    text, picture, question = said["content"]
    assert text == {"type": "text", "text": 'The attached file "notes.txt":\n\nBuy milk'}
    assert picture["image_url"]["url"] == f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert question == {"type": "text", "text": "What is this?"}
    assert [file.name for file in chat.messages[0].attachments] == ["notes.txt", "dot.png"]


async def test_anthropic_is_shown_a_picture_in_its_own_form(chat: Chat, asked: Asked):
    dot = add(chat.database, chat.owner, "dot.png", PNG)
    await read(await chat.ask("What is this?", model="anthropic/claude-sonnet-4-6", files=(dot.id,)))
    picture, _ = asked().body["messages"][-1]["content"]
    data = base64.b64encode(PNG).decode()
    assert picture == {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}


async def test_gemini_is_shown_a_picture_in_its_own_form(chat: Chat, asked: Asked):
    dot = add(chat.database, chat.owner, "dot.png", PNG)
    await read(await chat.ask("What is this?", model="google/gemini-2.5-pro", files=(dot.id,)))
    picture, _ = asked().body["contents"][-1]["parts"]
    assert picture["inlineData"]["mime_type"] == "image/png"
    assert base64.urlsafe_b64decode(picture["inlineData"]["data"]) == PNG


async def test_the_next_question_still_knows_the_file(chat: Chat, asked: Asked):
    notes = add(chat.database, chat.owner)
    await read(await chat.ask("What is this?", model="demo-fast", files=(notes.id,)))
    await read(await chat.ask("And now?", model="demo-fast"))
    assert "Buy milk" in str(asked().body["messages"][-3])


async def test_an_answer_written_again_still_knows_the_file(chat: Chat, asked: Asked):
    notes = add(chat.database, chat.owner)
    first = await chat.ask("What is this?", model="demo-fast", files=(notes.id,))
    await read(first)
    await read(await chat.generations.retry(chat.owner, first.message_id, question="What is that?"))
    assert "Buy milk" in str(asked().body["messages"][-1])
    assert [file.name for file in chat.messages[0].attachments] == ["notes.txt"]


def test_a_model_that_reads_only_texts_is_told_where_pictures_were():
    turns = [ChatMessage("user", (Image("image/png", "AAAA"), Text("What is this?"))), ChatMessage("user", "And this?")]
    assert without_images(turns) == [
        ChatMessage("user", (Text("(Here was a picture, which you cannot see.)"), Text("What is this?"))),
        ChatMessage("user", "And this?"),
    ]


async def test_nothing_is_asked_with_a_file_of_somebody_else(chat: Chat, charlie: Owner):
    theirs = add(chat.database, charlie)
    with pytest.raises(Invalid, match="not there any more"):
        await chat.ask("What is this?", model="demo-fast", files=(theirs.id,))
    assert chat.messages == []


async def test_a_file_is_sent_once(chat: Chat):
    notes = add(chat.database, chat.owner)
    await read(await chat.ask("What is this?", model="demo-fast", files=(notes.id,)))
    with pytest.raises(Invalid, match="not there any more"):
        await chat.ask("And this?", model="demo-fast", files=(notes.id,))


async def test_files_of_a_discarded_conversation_are_not_found(chat: Chat):
    notes = add(chat.database, chat.owner)
    await read(await chat.ask("What is this?", model="demo-fast", files=(notes.id,)))
    await chat.generations.discard(chat.owner, chat.id)
    with pytest.raises(NotFound):
        content(chat.database, chat.owner, notes.id)


async def test_files_are_deleted_with_their_conversation(chat: Chat):
    notes = add(chat.database, chat.owner)
    await read(await chat.ask("What is this?", model="demo-fast", files=(notes.id,)))
    await chat.generations.delete(chat.owner, chat.id)
    with chat.database.reading() as session:
        assert session.exec(select(Attachment)).all() == []


def test_nobody_else_reads_or_removes_a_file(database: Database, alice: Owner, charlie: Owner):
    notes = add(database, alice)
    assert content(database, alice, notes.id) == b"Buy milk"
    with pytest.raises(NotFound):
        content(database, charlie, notes.id)
    with database.writing() as session, pytest.raises(NotFound):
        attachments.remove(session, charlie.account or "", notes.id)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        ("Grüße".encode(), "text/plain"),
        (b"<html><script>alert(1)</script>", "text/plain"),
    ],
)
def test_the_content_says_what_it_is(database: Database, alice: Owner, start: bytes, kind: str):
    assert add(database, alice, "anything.exe", start).media_type == kind


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no SVG"),
        ("a.txt", b"<?xml version='1.0'?>\n<SVG onload='alert(1)'/>", "no SVG"),
        ("a.bin", b"\x00\x01\x02", "Only texts and"),
        ("a.pdf", b"%PDF-1.7\n\xe2\xe3\xcf\xd3", "Only texts and"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"x" * (attachments.MOST_TEXT_BYTES + 1), "256 KB"),
        ("a.png", PNG + b"\0" * attachments.MOST_IMAGE_BYTES, "5 MB"),
    ],
)
def test_it_refuses_what_no_model_reads(database: Database, alice: Owner, name: str, body: bytes, words: str):
    with pytest.raises(Invalid, match=words):
        add(database, alice, name, body)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\temp\\a b.txt", "a b.txt"), ("a\r\nb", "a b"), ("", "file")],
)
def test_a_name_is_no_path(database: Database, alice: Owner, given: str, kept: str):
    assert add(database, alice, given).name == kept


def test_an_accounts_files_take_only_so_much(database: Database, alice: Owner, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_BYTES", 10)
    add(database, alice, content=b"12345678")
    with pytest.raises(Conflict, match="delete conversations"):
        add(database, alice, content=b"123")
    add(database, alice, content=b"12")


def test_only_so_many_wait_and_only_so_long(database: Database, alice: Owner):
    with database.writing() as session:
        for number in range(attachments.MOST_WAITING):
            attachments.add(session, alice.account or "", f"{number}.txt", b"x")
    with pytest.raises(Conflict, match="50 files wait"):
        add(database, alice)
    with database.writing() as session:
        for row in session.exec(select(Attachment)):
            row.created_at = now() - timedelta(days=2)
    with database.writing() as session:
        attachments.forget(session)
    assert add(database, alice).name == "notes.txt"
