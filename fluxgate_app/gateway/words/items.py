"""The items that a response of OpenAI is made of, each told in events as it grows."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

Event = tuple[str, dict[str, Any]]


class Item(ABC):
    """One item, the `index`th of its response; its id begins with `prefix`. It begins, grows by texts, and ends.

    `status` is in_progress, and at its end completed or incomplete.
    """

    prefix: ClassVar[str]

    def __init__(self, response_id: str, index: int):
        self.status = "in_progress"
        self._id = f"{self.prefix}_{response_id}_{index}"
        self._index = index
        self._pieces: list[str] = []

    def begin(self) -> list[Event]:
        """What is told before its first text."""
        return [("response.output_item.added", {"output_index": self._index, "item": self.whole()})]

    def grow(self, text: str) -> list[Event]:
        """Some more of it."""
        self._pieces.append(text)
        return [self._grown(text)]

    def end(self, status: str) -> list[Event]:
        """What is told after its last text."""
        self.status = status
        return [*self._ended(), ("response.output_item.done", {"output_index": self._index, "item": self.whole()})]

    @abstractmethod
    def whole(self) -> dict[str, Any]:
        """The item as far as it has come."""

    @abstractmethod
    def _grown(self, text: str) -> Event: ...

    @abstractmethod
    def _ended(self) -> list[Event]: ...

    @property
    def _text(self) -> str:
        return "".join(self._pieces)

    def _told(self, kind: str, **fields: Any) -> Event:
        return f"response.{kind}", {"item_id": self._id, "output_index": self._index, **fields}


class Thought(Item):
    """What the model thought, in one part of text."""

    prefix = "rs"
    _kind: ClassVar[str] = "reasoning_text"
    _beside: ClassVar[dict[str, Any]] = {}

    def begin(self) -> list[Event]:
        """The item and its part."""
        return [*super().begin(), self._told("content_part.added", content_index=0, part=self._part())]

    def whole(self) -> dict[str, Any]:
        """A `reasoning`."""
        return {"id": self._id, "type": "reasoning", "status": self.status, "summary": [], "content": self._content()}

    def _content(self) -> list[dict[str, Any]]:
        return [] if self.status == "in_progress" else [self._part()]

    def _part(self) -> dict[str, Any]:
        return {"type": self._kind, "text": self._text}

    def _grown(self, text: str) -> Event:
        return self._told(f"{self._kind}.delta", content_index=0, delta=text, **self._beside)

    def _ended(self) -> list[Event]:
        return [
            self._told(f"{self._kind}.done", content_index=0, text=self._text, **self._beside),
            self._told("content_part.done", content_index=0, part=self._part()),
        ]


class Message(Thought):
    """What it says, likewise."""

    prefix = "msg"
    _kind: ClassVar[str] = "output_text"
    _beside: ClassVar[dict[str, Any]] = {"logprobs": []}

    def whole(self) -> dict[str, Any]:
        """A `message`."""
        told = {"id": self._id, "type": "message", "status": self.status, "role": "assistant"}
        return told | {"content": self._content()}

    def _part(self) -> dict[str, Any]:
        return super()._part() | {"annotations": [], "logprobs": []}


class FunctionCall(Item):
    """What it wants done: its texts are pieces of the arguments."""

    prefix = "fc"

    def __init__(self, response_id: str, index: int, call_id: str, name: str):
        super().__init__(response_id, index)
        self._call_id = call_id
        self._name = name

    def whole(self) -> dict[str, Any]:
        """A `function_call`."""
        called = {"call_id": self._call_id, "name": self._name, "arguments": self._text}
        return {"id": self._id, "type": "function_call", "status": self.status, **called}

    def _grown(self, text: str) -> Event:
        return self._told("function_call_arguments.delta", delta=text)

    def _ended(self) -> list[Event]:
        return [self._told("function_call_arguments.done", name=self._name, arguments=self._text)]
