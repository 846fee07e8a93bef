"""`POST /api/embeddings`: a text, or a list of them, as vectors (spec section 5)."""

import asyncio
import json
from dataclasses import replace
from typing import Any, NotRequired, cast

from fastapi import APIRouter, Request, Response
from typing_extensions import TypedDict

from fluxgate_app.api import asking
from fluxgate_app.api.chat_body import FIELDS, SAID, label, read_context
from fluxgate_app.api.connection import while_connected
from fluxgate_app.api.deps import Embedder, Wired, json_object, owner, take
from fluxgate_app.api.document import takes
from fluxgate_app.api.errors import TRACKING_ID, answer_headers
from fluxgate_app.api.exact_json import json_text
from fluxgate_app.api.tracking_json import TrackingJson, tracking_json
from fluxgate_app.chat import embedding
from fluxgate_app.chat.embedding import Embedded
from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Invalid

# As many as OpenAI takes in one request; each vector of the answer has 30 KB.
MOST_TEXTS = 2048
FEATURE = "semantic-search"

router = APIRouter(prefix="/api/embeddings", tags=["Embeddings"])

_ABOUT = ("model", "provider", "feature", "step", "user", "sessionId", "conversationId", "metadata")
_PROPERTIES = {
    "input": {"oneOf": [SAID, {"type": "array", "items": SAID, "minItems": 1, "maxItems": MOST_TEXTS}]},
    **{name: FIELDS[name] for name in _ABOUT},
}
SCHEMA = {"type": "object", "required": ["input"], "properties": _PROPERTIES}


class Vectors(TypedDict):
    """The vector of the text, or of the first; of all of a list in `embeddings`. Tokens are null for unknown."""

    embedding: list[float]
    embeddings: NotRequired[list[list[float]]]
    tokens: int | None
    tracking: TrackingJson


@router.post("", response_model=Vectors, openapi_extra=takes(SCHEMA, {"input": "a token"}) | asking.answered())
async def embeddings(request: Request, wiring: Wired, identity: Embedder) -> Response:
    """`{embedding, tokens, tracking}`; for a list `embeddings` too, and `embedding` is its first."""
    body = await json_object(request)
    given = body.pop("input", None)
    texts = _texts(given)
    context = read_context(body, identity)
    context = replace(context, feature=context.feature or FEATURE)
    named = label(body, "model"), label(body, "provider")
    model = await embedding.choose(wiring.completions, *named, identity.models)
    await take(request, wiring, identity)
    work = embedding.embed(wiring.completions, texts, model, owner(identity), context)
    answer = await while_connected(request.receive, work)
    headers = answer_headers(request) | {TRACKING_ID: answer.tracking.tracking_id}
    text = await asyncio.to_thread(_json, answer, isinstance(given, list))
    return Response(text, headers=headers, media_type="application/json")


def _texts(given: Any) -> list[str]:
    texts = cast(list[Any], given if isinstance(given, list) else [given])
    if not 0 < len(texts) <= MOST_TEXTS or not all(map(_is_text, texts)):
        raise Invalid("Invalid input")
    return texts


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and is_storable(value)


def _json(answer: Embedded, listed: bool) -> str:
    # Millions of numbers at a time, which are exact as they are.
    vectors = [json.dumps(vector, separators=(",", ":")) for vector in answer.vectors]
    all_of_them = f'"embeddings":[{",".join(vectors)}],' if listed else ""
    about = json_text({"tokens": answer.tokens, "tracking": tracking_json(answer.tracking)})
    return f'{{"embedding":{vectors[0]},{all_of_them}{about[1:]}'
