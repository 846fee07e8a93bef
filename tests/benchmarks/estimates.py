"""How far estimated output tokens are from what the vendor counted, and what an estimate costs.

Run it: `python tests/benchmarks/estimates.py`. Each line of `estimates.tsv` is an answer that a vendor really gave: how
many characters it had, tokens by the vocabulary that we count that model's by, and tokens that the vendor counted.
"""

import csv
from collections import defaultdict
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from fluxgate_app.tracking.usage.estimate import tokens_in
from fluxgate_app.tracking.usage.vocabulary import read_in, vocabulary

# Of a handful of tokens, one more or less is a large part.
FEWEST = 20


class Answer(NamedTuple):
    """Estimates of one answer's tokens, by characters and by a vocabulary, as shares of what the vendor counted."""

    by_characters: float
    by_vocabulary: float


def answers() -> dict[tuple[str, str], list[Answer]]:
    """Those of each vendor, text and thoughts apart from calls of tools."""
    found: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    with Path(__file__).with_suffix(".tsv").open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            counted, known = int(row["counted"]), vocabulary(row["model"])
            if counted >= FEWEST and known:
                kind = "tools" if row["kind"] == "tool" else "text"
                by_vocabulary = int(row["vocabulary"]) * known.factor / counted
                found[row["vendor"], kind].append(Answer(int(row["characters"]) / 4 / counted, by_vocabulary))
    return found


def off(shares: list[float]) -> str:
    """The error of half of them, and the largest."""
    errors = [abs(share - 1) for share in shares]
    return f"{median(errors):7.1%} {max(errors):8.1%}"


def speed() -> None:
    """What the first estimate costs the thread that reads the vocabulary in, and what a later one costs."""
    text = "Water boils at 100 °C, as everybody knows who has ever made tea. " * 60
    began = perf_counter()
    read_in("o200k_base")
    print(f"\na vocabulary is read in within {perf_counter() - began:.2f} s, in a thread of its own")
    for times in (1, 10, 1000):
        began = perf_counter()
        tokens_in(text * times, "gpt-4o")
        print(f"{len(text) * times:>9,} characters: {(perf_counter() - began) * 1000:.2f} ms")


def main() -> None:
    """Print the errors of each vendor's answers."""
    print(f"{'':9} {'':5} {'':>7}   {'by characters':^16}   {'by vocabulary':^16}")
    print(f"{'':9} {'':5} {'answers':>7}   {'median':>7} {'largest':>8}   {'median':>7} {'largest':>8}")
    for (vendor, kind), found in sorted(answers().items()):
        by_characters, by_vocabulary = zip(*found, strict=True)
        print(f"{vendor:9} {kind:5} {len(found):7}   {off(by_characters)}   {off(by_vocabulary)}")
    speed()


if __name__ == "__main__":
    main()
