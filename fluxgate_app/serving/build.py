"""Compile and bundle the pages with Reflex: a process of its own, run by `pages.build_if_changed`."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from reflex.utils import build, path_ops, prerequisites
from reflex_base.config import get_config
from reflex_base.constants import Env
from reflex_base.environment import environment

from fluxgate_app.serving.pages import STAMP, are_current, fingerprint
from fluxgate_app.settings import ROOT


def main() -> None:
    """Build into `.web`, one process at a time; a build that breaks off leaves no stamp."""
    web = prerequisites.get_web_dir()
    with path_ops.file_lock(web):
        if are_current():
            return
        clear_after_a_break(web, STAMP)
        environment.REFLEX_ENV_MODE.set(Env.PROD)
        get_config()
        _keep_to_the_registry_that_npm_uses()
        if prerequisites.needs_reinit():
            prerequisites.initialize_frontend_dependencies()
        prerequisites.get_compiled_app(prerender_routes=True, use_rich=False)
        build.setup_frontend(ROOT)
        build.build()
        _settle(ROOT / "reflex.lock" / "package.json")
        STAMP.write_text(fingerprint())


def clear_after_a_break(web: Path, stamp: Path) -> None:
    """Remove what was built, and where the last build broke off what npm installed too: half of it may be missing."""
    if not stamp.exists():
        shutil.rmtree(web, ignore_errors=True)
    stamp.unlink(missing_ok=True)


def _keep_to_the_registry_that_npm_uses() -> None:
    # Left alone, Reflex measures two public registries and takes the faster, whatever npm was told to use.
    if not environment.NPM_CONFIG_REGISTRY.get():
        found = subprocess.run(["npm", "config", "get", "registry"], capture_output=True, text=True, check=True)
        os.environ["NPM_CONFIG_REGISTRY"] = found.stdout.strip()


def _settle(package_json: Path) -> None:
    # Reflex writes the same packages now in one order, now in another, which would leave every checkout changed.
    packages = json.loads(package_json.read_text())
    package_json.write_text(json.dumps(packages, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
