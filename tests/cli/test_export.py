"""`fluxgate export`: all recorded calls that the filters let through, in a file."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from pyarrow import parquet


@pytest.fixture
def history(fluxgate) -> None:
    """Three hundred calls of two days."""
    fluxgate("seed", "--events", "300", "--days", "2")


def test_each_ending_is_its_format(fluxgate, history, tmp_path: Path):
    for ending in ("csv", "jsonl", "parquet"):
        assert fluxgate("export", str(tmp_path / f"all.{ending}")).code == 0
    assert len(list(csv.reader(io.StringIO((tmp_path / "all.csv").read_text())))) == 301
    assert len((tmp_path / "all.jsonl").read_text().splitlines()) == 300
    assert parquet.read_table(tmp_path / "all.parquet").num_rows == 300


def test_filters_are_those_of_the_address(fluxgate, history, tmp_path: Path):
    args = ("provider=openai", "status.not=SUCCESS", "range=7d", "--sort", "cost")
    assert fluxgate("export", str(tmp_path / "some.jsonl"), *args).code == 0
    found = [json.loads(line) for line in (tmp_path / "some.jsonl").read_text().splitlines()]
    assert {each["provider"] for each in found} == {"openai"}
    assert "SUCCESS" not in {each["status"] for each in found}
    assert 0 < len(found) < 300


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("all.txt",), "FILE must end in, or --format be, one of csv, jsonl, parquet"),
        (("all.csv", "openai"), "'openai' is no filter: write column=value, as in the address of Requests"),
        (("/nowhere/all.csv",), "/nowhere/all.csv cannot be written: No such file or directory"),
    ],
)
def test_it_refuses_what_makes_no_sense(fluxgate, history, args, said):
    refused = fluxgate("export", *args)
    assert (refused.code, refused.err.strip()) == (1, said)


def test_it_refuses_to_write_over_a_file(fluxgate, history, tmp_path: Path):
    (tmp_path / "all.csv").write_text("precious")
    assert "all.csv exists" in fluxgate("export", str(tmp_path / "all.csv")).err
    assert (tmp_path / "all.csv").read_text() == "precious"


def test_a_dash_is_the_standard_output(history, data_dir: Path):
    args = [Path(sys.executable).with_name("fluxgate"), "export", "-", "status=SUCCESS", "--format", "jsonl"]
    done = subprocess.run(args, capture_output=True, text=True, check=True)
    assert {json.loads(line)["status"] for line in done.stdout.splitlines()} == {"SUCCESS"}
