"""The README is true: its tree, its settings and its commands are those of the code."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from fluxgate_app import cli
from fluxgate_app.api.app import create_api
from fluxgate_app.settings import ROOT, Settings, load
from fluxgate_app.wiring import Wiring

README = (ROOT / "README.md").read_text()
SETTINGS = {str(field.validation_alias): field for field in Settings.model_fields.values()}


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_setting_is_in_the_table_and_every_row_is_a_setting():
    assert sorted(name for row in rows("Settings") for name in in_code(row[0])) == sorted(SETTINGS)


def test_every_plain_default_is_the_one_in_the_table():
    told = {name: in_code(row[1]) for row in rows("Settings") for name in in_code(row[0])}
    plain = {name: field.default for name, field in SETTINGS.items() if isinstance(field.default, str | int | float)}
    assert {name: told[name] for name in plain} == {
        name: [str(value).lower() if isinstance(value, bool) else str(value)] for name, value in plain.items()
    }


def commands(group: Any, name: str = "fluxgate") -> list[str]:
    found: list[str] = []
    for part, command in group.commands.items():
        whole = f"{name} {part}"
        found += commands(command, whole) if hasattr(command, "commands") else [whole]
    return found


def test_every_command_is_in_the_table_and_every_row_is_a_command():
    told = [in_code(row[0])[0].split(" --")[0] for row in rows("The `fluxgate` command")]
    without_arguments = [" ".join(word for word in command.split() if word.islower()) for command in told]
    assert sorted(without_arguments) == sorted(commands(typer.main.get_command(cli.app)))


def test_every_route_is_in_the_table_and_every_row_is_a_route(tmp_path):
    api = create_api(Wiring(load(data_dir=tmp_path)))
    routes = {f"{method.upper()} {path}" for path, methods in api.openapi()["paths"].items() for method in methods}
    assert {in_code(row[0])[0] for row in rows("Routes")} == routes


def tree() -> set[Path]:
    block = section("How it is laid out").split("```")[1]
    found, above = set(), Path()
    for line in filter(None, block.splitlines()):
        name = line.split()[0]
        above = above if line.startswith(" ") else Path()
        found.add(above / name)
        if name == "fluxgate_app/":
            above = Path(name)
    return found


def test_everything_in_the_tree_exists():
    assert [str(path) for path in tree() if not (ROOT / path).exists()] == []


def test_every_package_and_module_is_in_the_tree():
    package = ROOT / "fluxgate_app"
    parts = [path for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    assert {path.relative_to(ROOT) for path in parts if path.name != "__init__.py"} <= tree()


@pytest.mark.parametrize("command", ["uv run fluxgate run", "uv run --group dev pytest"])
def test_each_of_the_two_commands_is_one_line_that_also_fetches_uv(command):
    line = next(line for line in README.splitlines() if line.endswith(command))
    assert line.startswith("[ -x .uv/bin/uv ] || python3 -m pip install -qq --target .uv uv && ")
