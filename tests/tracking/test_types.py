"""A type checker sees the vendors' own types, and `with_context`."""

import subprocess
import sys

PROGRAM = """
from typing import assert_type

from anthropic import AsyncAnthropic, AsyncStream as AnthropicStream
from anthropic.types import Message, RawMessageStreamEvent
from google.genai import Client
from google.genai.types import GenerateContentResponse
from openai import AsyncOpenAI, AsyncStream, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from fluxgate_app.tracking import track_anthropic, track_gemini, track_openai

openai = track_openai(OpenAI()).with_context(feature="a", metadata=[1, None])
plain = openai.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Why?"}])
assert_type(plain, ChatCompletion)
is_openai: OpenAI = openai.with_options(timeout=3).with_context(user="u_1")


async def ask() -> None:
    asked = track_openai(AsyncOpenAI()).with_context(step="b")
    chunks = await asked.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "Why?"}], stream=True
    )
    assert_type(chunks, AsyncStream[ChatCompletionChunk])
    claude = track_anthropic(AsyncAnthropic()).with_context(feature="a")
    message = await claude.messages.create(model="m", max_tokens=9, messages=[{"role": "user", "content": "Why?"}])
    assert_type(message, Message)
    events = await claude.messages.create(
        model="m", max_tokens=9, messages=[{"role": "user", "content": "Why?"}], stream=True
    )
    assert_type(events, AnthropicStream[RawMessageStreamEvent])
    gemini = track_gemini(Client()).with_context(feature="a")
    assert_type(await gemini.aio.models.generate_content(model="m", contents="Why?"), GenerateContentResponse)
    gemini.no_such_thing
"""


def test_a_type_checker_sees_the_vendors_own_types(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    check = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "program.py"]
    said = subprocess.run(check, check=False, capture_output=True, text=True, cwd=tmp_path).stdout
    errors = [line.split(" - error: ")[1] for line in said.splitlines() if " - error: " in line]
    assert errors == ['Cannot access attribute "no_such_thing" for class "TrackedGemini"'], said
