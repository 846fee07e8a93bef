"""One question, one whole answer, for handlers that want no stream."""

import logging
from typing import Any

from fluxgate_app import wiring
from fluxgate_app.chat.messages import read_messages
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.errors import FluxGateError
from fluxgate_app.tracking import Owner

logger = logging.getLogger(__name__)


async def chat_action(message: str, owner: Owner | None = None) -> dict[str, Any]:
    """`{success, message, tokens}` or `{success: False, error}`; never raises (spec section 8).

    `tokens` is input + output, None when unknown. `owner` is whose call it is.
    """
    now = wiring.current()
    try:
        messages = read_messages({"message": message}, now.settings.max_message_chars)
        answer = await now.completions.complete(ChatRequest(messages, owner=owner or Owner()))
    except FluxGateError as error:
        return {"success": False, "error": error.message}
    except Exception:
        logger.exception("chat_action failed")
        return {"success": False, "error": "Failed to process request"}
    return {"success": True, "message": answer.content, "tokens": answer.usage.total_tokens}
