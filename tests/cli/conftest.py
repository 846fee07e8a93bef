"""The command, run in this process with an empty data folder of its own."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from fluxgate_app import cli
from fluxgate_app.db import Database


@dataclass
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that the command uses."""
    monkeypatch.setenv("FLUXGATE_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def fluxgate(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Run `fluxgate …`; `stdin` is what a script would pipe into it."""

    def run(*args: str, stdin: str = "") -> Ended:
        monkeypatch.setattr(sys, "argv", ["fluxgate", *args])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return Ended(int(end.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def password() -> str:
    """Ada's password."""
    return "correct horse battery"


@pytest.fixture
def ada(fluxgate: Callable[..., Ended], password: str) -> str:
    """The e-mail of somebody who has an account."""
    assert fluxgate("user", "create", "ada@example.com", stdin=password + "\n").code == 0
    return "ada@example.com"


@pytest.fixture
def stored(ada: str, data_dir: Path) -> Iterator[Database]:
    """The database that the commands wrote."""
    with closing(Database(f"sqlite:///{data_dir / 'fluxgate.db'}")) as database:
        yield database
