"""The journal keeps whole lines, whatever happens to the process or the disk."""

import os
import resource
import signal
from pathlib import Path

import pytest

from fluxgate_app.tracking import journal as journal_module
from fluxgate_app.tracking.journal import Journal


@pytest.fixture
def journal(tmp_path: Path):
    created = Journal.create(tmp_path, "proc_1")
    yield created
    created.remove()


def test_what_was_appended_can_be_read(journal: Journal):
    journal.append(b"one")
    journal.append(b"two")
    assert journal.read(0, 100) == (0, [b"one", b"two"])


def test_it_reads_on_from_a_position(journal: Journal):
    journal.append(b"one")
    position = journal.end
    journal.append(b"two")
    assert journal.read(position, 100) == (position, [b"two"])
    assert journal.read(journal.end, 100) == (journal.end, [])


def test_a_batch_is_about_as_long_as_asked_but_has_a_line(journal: Journal):
    for line in (b"a" * 50, b"b" * 10, b"c" * 10):
        journal.append(line)
    assert journal.read(0, 8) == (0, [b"a" * 50])
    assert journal.read(51, 25) == (51, [b"b" * 10, b"c" * 10])


def test_only_its_owner_may_read_it(journal: Journal, tmp_path: Path):
    journal.append(b"one")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_torn_last_line_does_not_count(journal: Journal, tmp_path: Path):
    journal.append(b"whole")
    (segment,) = tmp_path.glob("*.jsonl")
    with segment.open("ab") as file:
        file.write(b"torn")
    assert journal.read(0, 100) == (0, [b"whole"])


def test_segments_go_when_they_are_stored_but_for_the_newest(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(journal_module, "SEGMENT_BYTES", 10)
    for number in range(5):
        journal.append(b"line %d---" % number)
    assert len(list(tmp_path.glob("*.jsonl"))) == 6
    journal.forget(30)
    position, lines = journal.read(0, 100)
    assert (position, lines) == (20, [b"line 2---"])
    assert journal.read(30, 100) == (30, [b"line 3---"])


def test_a_living_journal_is_no_orphan(journal: Journal, tmp_path: Path):
    assert list(Journal.orphans(tmp_path)) == []


def test_a_dead_one_is_adopted_by_one_process_alone(tmp_path: Path):
    journal = Journal.create(tmp_path, "proc_1")
    journal.append(b"one")
    journal.close()
    (orphan,) = Journal.orphans(tmp_path)
    assert list(Journal.orphans(tmp_path)) == []
    assert (orphan.process_id, orphan.read(0, 100)) == ("proc_1", (0, [b"one"]))
    orphan.remove()
    assert list(tmp_path.iterdir()) == []


def test_it_takes_nothing_once_it_is_sealed(journal: Journal):
    journal.seal()
    with pytest.raises(OSError, match="closed"):
        journal.append(b"late")


def test_a_full_disk_leaves_no_half_line(journal: Journal):
    journal.append(b"one")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(OSError, match=r"full|large"):
            journal.append(b"too long for this disk")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    journal.append(b"two")
    assert journal.read(0, 100) == (0, [b"one", b"two"])


def test_the_lines_of_a_killed_process_are_there(tmp_path: Path):
    child = os.fork()
    if child == 0:
        dying = Journal.create(tmp_path, "proc_2")
        dying.append(b"last words")
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    (orphan,) = Journal.orphans(tmp_path)
    assert orphan.read(0, 100) == (0, [b"last words"])
    orphan.remove()
