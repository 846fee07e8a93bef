"""Which path answers in which vendor's form."""

import re
from typing import Any

from fluxgate_app.providers.demo import anthropic, openai
from fluxgate_app.providers.demo.anthropic import Message
from fluxgate_app.providers.demo.connection import Record, Reply
from fluxgate_app.providers.demo.gemini import Content
from fluxgate_app.providers.demo.openai import ChatCompletion
from fluxgate_app.providers.demo.responses import Response
from fluxgate_app.providers.demo.scenarios import DEMO_MODELS
from fluxgate_app.providers.demo.writing import Answer, write
from fluxgate_app.providers.vendors import VENDORS

FORMS: dict[str, type[ChatCompletion | Response | Message]] = {
    "/v1/chat/completions": ChatCompletion,
    "/v1/responses": Response,
    "/v1/messages": Message,
}
GEMINI = re.compile(r"/v1(?:beta)?/models/(?P<model>[^/:]+):(?P<call>generateContent|streamGenerateContent)")


async def respond(record: Record, reply: Reply, pace: float) -> None:
    """Answer one request, in the form of the vendor whose path it uses."""
    form = _form(record.path)
    try:
        answer = _answer(record)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        await reply.json(400, form.failure(400, f"Invalid request: {error}"))
        return
    if answer is None:
        await reply.json(404, form.failure(404, f"There is no {record.method} {record.path}."))
    elif isinstance(answer, dict):
        await reply.json(200, answer)
    else:
        await write(answer, reply, pace)


def _form(path: str) -> type[ChatCompletion | Response | Message | Content]:
    if GEMINI.fullmatch(path):
        return Content
    return Message if path.startswith("/v1/messages") else FORMS.get(path, ChatCompletion)


def _answer(record: Record) -> Answer | dict[str, Any] | None:
    if record.method == "GET" and record.path == "/v1/models":
        return openai.models([*(model for vendor in VENDORS for model in vendor.models), *DEMO_MODELS])
    if record.method != "POST":
        return None
    if gemini := GEMINI.fullmatch(record.path):
        return Content(Content.read(record.body, gemini["model"], gemini["call"] == "streamGenerateContent"))
    if record.path == "/v1/embeddings":
        return openai.embeddings(record.body)
    if record.path == "/v1/messages/count_tokens":
        return anthropic.count_tokens(record.body)
    form = FORMS.get(record.path)
    return form(form.read(record.body)) if form else None
