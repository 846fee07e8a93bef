"""How long schemathesis may look for an answer that the OpenAPI document does not tell of: 15 minutes, unless told.

    python tests/benchmarks/schemathesis_long.py URL KEY [SECONDS]

URL is a server whose providers are demo's and whose FLUXGATE_API_RATE_LIMIT_PER_MINUTE is high, KEY an admin's.
"""

import subprocess
import sys
from pathlib import Path

CONFIG = Path(__file__).parents[1] / "api" / "schemathesis.toml"
EXAMPLES = 500


def main(url: str, key: str, seconds: str = "900") -> int:
    """Look, and say what was found."""
    command = [
        Path(sys.executable).with_name("schemathesis"),
        "--config-file",
        CONFIG,
        "run",
        f"{url}/api/openapi.json",
    ]
    command += ["--header", f"Authorization: Bearer {key}", "--max-examples", str(EXAMPLES), "--max-time", seconds]
    return subprocess.run(command, check=False, cwd=CONFIG.parent).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
