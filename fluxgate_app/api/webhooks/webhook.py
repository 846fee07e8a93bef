"""What all webhooks share: the signature, the shape, one answer for each delivery."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from fluxgate_app.api.asking import REFUSALS
from fluxgate_app.api.connection import while_connected
from fluxgate_app.api.deps import Wired, json_object
from fluxgate_app.api.document import SIGNED, STRING, TRACKED, answers, header, takes
from fluxgate_app.api.errors import TRACKING_ID
from fluxgate_app.api.exact_json import json_text
from fluxgate_app.api.tracking_json import TrackingJson, tracking_json
from fluxgate_app.chat.deliveries import Answered, Delivery
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Invalid, Unauthorized, Unavailable
from fluxgate_app.settings import Settings
from fluxgate_app.signing import is_signed
from fluxgate_app.wiring import Wiring

SIGNATURE, TIMESTAMP = "x-webhook-signature", "x-webhook-timestamp"


def _storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("it cannot be stored")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Label = Annotated[Text, Field(min_length=1, max_length=200)]


class Payload(BaseModel):
    """What a webhook carries: JSON in camelCase with an `id`; fields that are not named are ignored."""

    model_config = ConfigDict(alias_generator=to_camel)

    id: Label


P = TypeVar("P", bound=Payload)


@dataclass(frozen=True)
class Webhook(Generic[P]):
    """`POST /api/webhooks/<name>` with a `payload`: `question` says what to ask of which model, and how to record it.

    The answer is `{<answer>, tracking}`, its first field the first text that the model says. The event belongs to no
    account.
    """

    name: str
    payload: type[P]
    question: Callable[[P], ChatRequest]
    answer: str

    async def receive(self, request: Request, wiring: Wired) -> Response:
        """Refuse what is not signed or not of this shape; answer the rest, each delivery once.

        Raises Unavailable, Unauthorized, Invalid, and ProviderFailed as the chat does.
        """
        raw = await _signed_body(request, wiring.settings)
        payload = self._read(await json_object(request))
        asked = self.question(payload)
        delivery = Delivery(self.name, payload.id, hashlib.sha256(raw).hexdigest())
        answering = wiring.deliveries.once(delivery, lambda: self._ask(wiring, asked))
        answered = await while_connected(request.receive, answering)
        headers = {TRACKING_ID: answered.tracking_id}
        return Response(answered.answer, headers=headers, media_type="application/json")

    def _read(self, body: dict[str, Any]) -> P:
        try:
            return self.payload.model_validate(body)
        except ValidationError as error:
            wrong = error.errors()[0]["loc"]
            raise Invalid(f"Invalid {wrong[0] if wrong else 'body'}") from None

    async def _ask(self, wiring: Wiring, asked: ChatRequest) -> Answered:
        answer = await wiring.completions.complete(asked)
        said = {self.answer: answer.first_text, "tracking": tracking_json(answer.tracking)}
        return Answered(json_text(said), answer.tracking.tracking_id)


def routes(*webhooks: Webhook[Any]) -> APIRouter:
    """A route for each webhook."""
    router = APIRouter(prefix="/api/webhooks", tags=["Webhooks"])
    for webhook in webhooks:
        router.add_api_route(
            f"/{webhook.name}",
            webhook.receive,
            methods=["POST"],
            name=webhook.name,
            description=webhook.question.__doc__ or "",
            response_model=_answer(webhook),
            openapi_extra=_takes(webhook) | answers(*REFUSALS, headers=TRACKED[:1], guard=SIGNED),
        )
    return router


async def _signed_body(request: Request, settings: Settings) -> bytes:
    if not settings.webhook_secret:
        raise Unavailable("Webhooks are off: set WEBHOOK_SECRET")
    secret, body = settings.webhook_secret.get_secret_value(), await request.body()
    given, timestamp = request.headers.get(SIGNATURE, ""), request.headers.get(TIMESTAMP)
    if not is_signed(secret, body, given, timestamp, time.time()):
        raise Unauthorized("Invalid signature")
    return body


def _takes(webhook: Webhook[Any]) -> dict[str, Any]:
    signed = "Unix seconds; then `<timestamp>.<body>` is what is signed"
    taken = takes(webhook.payload.model_json_schema())
    return taken | {"parameters": [header(TIMESTAMP, signed, **STRING)]}


def _answer(webhook: Webhook[Any]) -> Any:
    fields: dict[str, Any] = {webhook.answer: str, "tracking": TrackingJson}
    return TypedDict(f"{webhook.name.title()}Answer", fields)  # pyright: ignore
