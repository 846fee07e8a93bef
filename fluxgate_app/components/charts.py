"""Spend over time, and how slow calls were, each also as a table."""

from typing import Any

import reflex as rx

rx.asset("chart_parts.jsx", shared=True)


class Charts(rx.NoSSRComponent):
    """Both charts; `states/dashboard_charts.py` says what is in `drawn`."""

    library = rx.asset("charts.jsx", shared=True).importable_path
    tag = "Charts"
    lib_dependencies: list[str] = ["recharts@3.10.1"]

    drawn: rx.Var[dict[str, Any]]


charts = Charts.create
