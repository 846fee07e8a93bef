"""From a fresh clone to the first page served, and from the second start to it, by the README's own command.

Run it: `python tests/benchmarks/start.py`. Must be: at most 60 s with the packages in their caches, then at most 6 s.
"""

import os
import re
import signal
import subprocess
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
RUN = next(line for line in (ROOT / "README.md").read_text().splitlines() if line.endswith("fluxgate run"))


def seconds_to_first_page(checkout: Path) -> float:
    """Run the command as a person would, in a shell without our virtual environment, and end it."""
    env = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    begun = perf_counter()
    with subprocess.Popen(
        f"{RUN} --port 0", shell=True, cwd=checkout, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as shell:
        assert shell.stdout
        url = next(found[1] for line in shell.stdout if (found := re.search(r"FluxGate is at (http://\S+)", line)))
        with urllib.request.urlopen(url) as page:
            assert b"</html>" in page.read()
        taken = perf_counter() - begun
        os.killpg(shell.pid, signal.SIGINT)
    return taken


def main() -> None:
    """Measure both, in a clone of what is committed."""
    with TemporaryDirectory() as folder:
        checkout = Path(folder) / "fluxgate"
        subprocess.run(["git", "clone", "-q", ROOT, checkout], check=True)
        print(f"fresh clone to first page served: {seconds_to_first_page(checkout):5.1f} s (at most 60)")
        print(f"started again:                    {seconds_to_first_page(checkout):5.1f} s (at most 6)")


if __name__ == "__main__":
    main()
