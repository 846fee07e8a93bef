"""Answers that go on without their reader: UI message streams, resumed and stopped by the id of their chat."""

from fastapi import APIRouter, Request, Response
from typing_extensions import TypedDict

from fluxgate_app.api import asking
from fluxgate_app.api.answer_stream import AnswerStream
from fluxgate_app.api.deps import Chatter, Wired
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.api.stream_formats import UiMessages
from fluxgate_app.chat.follower import Follower

router = APIRouter(prefix="/api/chat", tags=["Chat"])


class Stopped(TypedDict):
    """Whether there was something to stop."""

    stopped: bool


@router.get("/{chat_id}/stream", response_class=Response, openapi_extra=asking.resumed())
async def resume(chat_id: str, request: Request, wiring: Wired, identity: Chatter) -> Response:
    """The UI message stream that runs under this id, from its beginning; 204 when none does."""
    writing = wiring.kept_answers.running(identity.account_id, chat_id)
    if writing is None:
        return Response(status_code=204)
    return AnswerStream(request, Follower(writing, stops=False), UiMessages(writing.message_id))


@router.post("/{chat_id}/stop", response_model=Stopped)
async def stop(chat_id: str, wiring: Wired, identity: Chatter) -> Response:
    """Stop the UI message stream that runs under this id, and say `{stopped}`: whether one did."""
    writing = wiring.kept_answers.running(identity.account_id, chat_id)
    if writing is not None:
        writing.stop()
        await writing.wait()
    return JsonAnswer({"stopped": writing is not None})
