"""What was asked last in a kept prompt, whichever vendor's form that has."""

import json
from typing import Any, cast

_LISTS = ("messages", "contents", "input", "prompt")


def last_question(prompt: str | None) -> str:
    """The last words of the user; nothing when there are none, as in a prompt of tool results or of images."""
    try:
        kept = json.loads(prompt or "")
    except ValueError:
        return prompt or ""
    if isinstance(kept, dict):
        kept = next((kept[name] for name in _LISTS if kept.get(name)), None)
    turns = cast("list[Any]", kept if isinstance(kept, list) else [kept])
    asked = [text for turn in turns if _is_the_user_s(turn) and (text := _text(turn))]
    return asked[-1] if asked else ""


def _is_the_user_s(turn: Any) -> bool:
    return not isinstance(turn, dict) or turn.get("role", "user") == "user"


def _text(turn: Any) -> str:
    """The words of a turn: itself, its `content` or `parts`, or the `text` of each of those."""
    if isinstance(turn, str):
        return turn
    if isinstance(turn, list):
        return "\n".join(filter(None, map(_text, cast("list[Any]", turn))))
    if isinstance(turn, dict):
        return next((_text(turn[name]) for name in ("text", "content", "parts") if turn.get(name)), "")
    return ""
