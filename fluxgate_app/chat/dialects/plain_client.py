"""The official clients without their objects: answers stay the JSON that they came as."""

from typing import Any, TypeVar

from fluxgate_app.tracking.wire import Wire

C = TypeVar("C")


def plain(client: type[C], streams: Any, path: str) -> type[C]:
    """This SDK's async client, whose answers to what is posted there are JSON with attributes, the streams' chunks too.

    To make its objects of a chunk takes an SDK four times as long as all else that it does with it. `streams` is its
    class of async streams.
    """
    official: Any = client

    class Plain(official):
        async def post(self, asked: str, *, stream: bool = False, **given: Any) -> Any:
            theirs: Any = super()
            if asked != path:
                return await theirs.post(asked, stream=stream, **given)
            if stream:
                return await theirs.post(asked, stream=True, **given | {"cast_to": Wire, "stream_cls": streams[Wire]})
            answer: Any = await theirs.post(asked, **given | {"cast_to": object})
            return Wire(answer) if isinstance(answer, dict) else answer  # pyright: ignore[reportUnknownArgumentType]

    # It tells the vendor its name.
    Plain.__name__ = client.__name__
    return Plain
