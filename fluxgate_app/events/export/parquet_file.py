"""A typed table for data tools, in row groups."""

from collections.abc import Sequence
from io import RawIOBase
from typing import Any

from fluxgate_app.events.columns import COLUMNS
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.values import Values

ROW_GROUP = 20_000


class ParquetFile:
    """Parquet: times are UTC microseconds, money decimals with twelve places, unknown is null."""

    media_type = "application/vnd.apache.parquet"
    suffix = "parquet"

    def __init__(self, row_group: int = ROW_GROUP):
        self._row_group = row_group
        self._events: list[EventRow] = []
        self._sink = _Sink()

    def begin(self) -> bytes:
        """The file's mark."""
        # Slow to import, and needed only here.
        import pyarrow as arrow  # pyright: ignore[reportMissingTypeStubs]
        from pyarrow import parquet  # pyright: ignore[reportMissingTypeStubs]

        self._arrow: Any = arrow
        self._schema = _schema(arrow)
        self._writer: Any = parquet.ParquetWriter(self._sink, self._schema, compression="zstd")
        return self._sink.taken()

    def rows(self, events: Sequence[EventRow]) -> bytes:
        """The next row group, once there are enough rows for one."""
        self._events += events
        if len(self._events) >= self._row_group:
            self._write_group()
        return self._sink.taken()

    def end(self) -> bytes:
        """The last row group, and where all of them are."""
        if self._events:
            self._write_group()
        self._writer.close()
        return self._sink.taken()

    def _write_group(self) -> None:
        columns = {
            name: [getattr(event, column.attribute) for event in self._events] for name, column in COLUMNS.items()
        }
        self._writer.write_table(self._arrow.table(columns, schema=self._schema), row_group_size=len(self._events))
        self._events = []


class _Sink(RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = bytearray()
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: Any, /) -> int:
        self._bytes += data
        self._position += len(data)
        return len(data)

    def taken(self) -> bytes:
        taken = bytes(self._bytes)
        self._bytes.clear()
        return taken


def _schema(arrow: Any) -> Any:
    types = {
        Values.TEXT: arrow.string(),
        Values.COUNT: arrow.int64(),
        Values.DURATION: arrow.float64(),
        Values.MONEY: arrow.decimal128(28, 12),
        Values.TIME: arrow.timestamp("us", tz="UTC"),
        Values.FLAG: arrow.bool_(),
    }
    return arrow.schema([(name, types[column.values]) for name, column in COLUMNS.items()])
