"""A support ticket arrives and is given a priority and a draft of a reply (spec section 5)."""

from pydantic import ConfigDict
from pydantic.config import JsonDict

from fluxgate_app.api.webhooks.webhook import Label, Payload, Text, Webhook
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.tracking import Context, User

EXAMPLE: JsonDict = {"id": "t_1", "userId": "u_1", "subject": "Charged twice", "body": "Two payments for one order."}


class Ticket(Payload):
    """What the help desk sends."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    user_id: Label
    subject: Text
    body: Text


def triage(ticket: Ticket) -> ChatRequest:
    """Give a ticket a priority and a draft of a reply."""
    question = (
        "Triage this support ticket and suggest a priority (low/medium/high) and a one-sentence reply draft."
        f"\n\nSubject: {ticket.subject}\n\n{ticket.body}"
    )
    context = Context(feature="support-triage", user=User(ticket.user_id), session_id=ticket.id)
    return ChatRequest(
        [ChatMessage("user", question)], "claude-sonnet-4-6", "anthropic", system="", max_tokens=512, context=context
    )


SUPPORT = Webhook("support", Ticket, triage, answer="triage")
