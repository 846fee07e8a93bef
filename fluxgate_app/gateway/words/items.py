"""The items that a response of OpenAI is made of, each told in events as it grows."""

from typing import Any

Event = tuple[str, dict[str, Any]]


class Item:
    """One item, the `index`th of its response. Its events are `begun`, any number of `grown`, and `ended`."""

    def __init__(self, id: str, index: int):
        self.id = id
        self.index = index
        self._pieces: list[str] = []

    @property
    def text(self) -> str:
        """All that has come of it."""
        return "".join(self._pieces)

    def grow(self, text: str) -> Event:
        """Some more of it."""
        self._pieces.append(text)
        return self._grown(text)

    def begun(self) -> list[Event]:
        """What is told before its first text."""
        return [("response.output_item.added", {"output_index": self.index, "item": self._empty()})]

    def ended(self, status: str) -> list[Event]:
        """What is told after its last; `status` is completed or incomplete."""
        return [("response.output_item.done", {"output_index": self.index, "item": self.whole(status)})]

    def whole(self, status: str) -> dict[str, Any]:
        """The item itself."""
        raise NotImplementedError

    def _empty(self) -> dict[str, Any]:
        raise NotImplementedError

    def _grown(self, text: str) -> Event:
        raise NotImplementedError

    def _told(self, kind: str, **fields: Any) -> Event:
        return f"response.{kind}", {"item_id": self.id, "output_index": self.index, **fields}


class Message(Item):
    """Text that the caller reads."""

    def begun(self) -> list[Event]:
        """The item and its one part."""
        return [*super().begun(), self._told("content_part.added", content_index=0, part=_part(""))]

    def ended(self, status: str) -> list[Event]:
        """The text, its part and the item."""
        text = self._told("output_text.done", content_index=0, text=self.text, logprobs=[])
        return [text, self._told("content_part.done", content_index=0, part=_part(self.text)), *super().ended(status)]

    def whole(self, status: str) -> dict[str, Any]:
        """A `message`."""
        return self._empty() | {"status": status, "content": [_part(self.text)]}

    def _empty(self) -> dict[str, Any]:
        return {"id": self.id, "type": "message", "status": "in_progress", "role": "assistant", "content": []}

    def _grown(self, text: str) -> Event:
        return self._told("output_text.delta", content_index=0, delta=text, logprobs=[])


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
