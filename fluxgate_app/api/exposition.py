"""Prometheus' text format: families of samples, of which each is a line.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Iterable, Mapping

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def labels(named: Mapping[str, str]) -> str:
    """These labels as a sample has them."""
    return ",".join(f'{name}="{value.translate(_ESCAPED)}"' for name, value in named.items())


def gauge(name: str, meaning: str, value: float) -> str:
    """A family of one value that rises and falls."""
    return f"{_head(name, meaning, 'gauge')}{name} {value}\n"


def counter(name: str, meaning: str, samples: Iterable[tuple[str, float]]) -> str:
    """A family of values that only grow; a sample is its labels and its value."""
    name = f"{name}_total"
    lines = [f"{name}{{{labelled}}} {value}\n" if labelled else f"{name} {value}\n" for labelled, value in samples]
    return _head(name, meaning, "counter") + "".join(lines)


def histogram(name: str, meaning: str, samples: Iterable[tuple[str, Iterable[tuple[float, int]], int, float]]) -> str:
    """A family of distributions: labels, how many values are at most each bound, how many there are, their sum."""
    lines: list[str] = []
    for labelled, buckets, total, summed in samples:
        lines += [f'{name}_bucket{{{labelled},le="{bound}"}} {count}\n' for bound, count in buckets]
        lines.append(f'{name}_bucket{{{labelled},le="+Inf"}} {total}\n')
        lines.append(f"{name}_count{{{labelled}}} {total}\n{name}_sum{{{labelled}}} {summed}\n")
    return _head(name, meaning, "histogram") + "".join(lines)


def _head(name: str, meaning: str, kind: str) -> str:
    return f"# HELP {name} {meaning}\n# TYPE {name} {kind}\n"
