"""A process that is killed in the middle of its streams loses and doubles no call (`tests/benchmarks/kills.py`)."""

import subprocess
import sys
from pathlib import Path

KILLS = Path(__file__).parent.parent / "benchmarks" / "kills.py"


def test_every_call_that_reached_the_provider_is_one_event(database_url: str):
    command = [sys.executable, KILLS, "--kills", "2", "--streams", "10", "--database", database_url]
    killed = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert killed.returncode == 0, killed.stdout + killed.stderr
    assert "0 lost, 0 doubled" in killed.stdout
    assert "INTERRUPTED" in killed.stdout
