"""The journal of one process: what it recorded, in files that outlive it.

Its bytes are numbered from 0. They lie in segments `<process>.<number of its first byte>.jsonl`, and the process holds
a lock on `<process>.lock` for as long as it lives: whoever gets that lock knows that the process is dead.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

SEGMENT_BYTES = 8 * 2**20


class Journal:
    """An append-only file of lines, cut into segments that are deleted when their lines are in the database."""

    def __init__(self, directory: Path, process_id: str, lock: int):
        self.process_id = process_id
        self.directory = directory
        self._lock = lock
        self._appending = threading.Lock()
        self._segment: int | None = None
        self._segment_start = 0
        self._segment_size = 0
        self._synced = 0

    @classmethod
    def create(cls, directory: Path, process_id: str) -> Self:
        """Begin the journal of this process. Raises OSError when the directory cannot be written."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Locked before it has the name by which others find it, so that nobody can take it for an orphan.
        draft = directory / f"{process_id}.new"
        lock = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        draft.rename(directory / f"{process_id}.lock")
        journal = cls(directory, process_id, lock)
        journal._begin_segment(0)
        return journal

    @classmethod
    def orphans(cls, directory: Path) -> Iterator[Self]:
        """The journals of dead processes, each locked, so that no other process adopts it too."""
        for path in sorted(directory.glob("*.lock")):
            with suppress(FileNotFoundError):
                lock = os.open(path, os.O_RDWR)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os.close(lock)
                else:
                    yield cls(directory, path.stem, lock)

    @property
    def end(self) -> int:
        """The number of the next byte that will be appended."""
        return self._segment_start + self._segment_size

    def append(self, line: bytes) -> None:
        """Write this line in one piece. Raises OSError when the disk does not take it; then nothing was written."""
        data = line + b"\n"
        with self._appending:
            if self._segment is None:
                raise OSError("the journal is closed")
            if os.write(self._segment, data) != len(data):
                os.ftruncate(self._segment, self._segment_size)
                raise OSError("the disk is full")
            self._segment_size += len(data)
            if self._segment_size >= SEGMENT_BYTES:
                with suppress(OSError):
                    self._begin_segment(self.end)

    def read(self, position: int, limit: int) -> tuple[int, list[bytes]]:
        """Where the first line from this byte on begins, and that line and those after it, about `limit` bytes in all.

        No lines when that is the end. A last line that a crash has torn does not count.
        """
        for start, path in self._segments():
            if position >= start + path.stat().st_size:
                continue
            position = max(position, start)
            with path.open("rb") as file:
                file.seek(position - start)
                data = file.read(limit)
                if b"\n" not in data:
                    data += file.readline()
            whole = data.rfind(b"\n") + 1
            if whole:
                return position, data[: whole - 1].split(b"\n")
        return position, []

    def sync(self) -> None:
        """Make what was appended until now survive a power failure."""
        end = self.end
        for start, path in self._segments():
            if start + path.stat().st_size > self._synced:
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        self._synced = end

    def forget(self, position: int) -> None:
        """Delete segments that lie before this byte.

        The newest of them stays: SQLite may take its last commits back when the power fails, together with the
        position they moved, and then what they held is read again.
        """
        segments = self._segments()
        ends = [start for start, _ in segments[1:]]
        done = [path for (_, path), end in zip(segments, ends, strict=False) if end <= position]
        for path in done[:-1]:
            path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Delete all of it and give it up."""
        for _, path in self._segments():
            path.unlink(missing_ok=True)
        (self.directory / f"{self.process_id}.lock").unlink(missing_ok=True)
        self.close()

    def seal(self) -> None:
        """Take no more lines."""
        with self._appending:
            if self._segment is not None:
                os.close(self._segment)
                self._segment = None

    def close(self) -> None:
        """Give it up as it is: from now on it is an orphan."""
        self.seal()
        os.close(self._lock)

    def abandon(self) -> None:
        """In a forked process: let go of what is the parent's, without a lock that a thread may have held there."""
        for descriptor in (self._segment, self._lock):
            if descriptor is not None:
                with suppress(OSError):
                    os.close(descriptor)
        self._segment = None

    def _segments(self) -> list[tuple[int, Path]]:
        paths = self.directory.glob(f"{self.process_id}.*.jsonl")
        return sorted((int(path.name.split(".")[-2]), path) for path in paths)

    def _begin_segment(self, start: int) -> None:
        path = self.directory / f"{self.process_id}.{start:016}.jsonl"
        segment = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        if self._segment is not None:
            os.close(self._segment)
        self._segment, self._segment_start, self._segment_size = segment, start, 0
