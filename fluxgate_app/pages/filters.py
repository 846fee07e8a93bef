"""The filters that the list and the dashboard have in common."""

from typing import Any

import reflex as rx

from fluxgate_app.components.explorer import FilterBar
from fluxgate_app.states.request_columns import filterable
from fluxgate_app.states.request_facets import RequestFacets


def filter_bar(asked: Any, text: Any, *more: rx.Component, usual_range: str = "") -> rx.Component:
    """What the address asks for, to be changed, then what else there is to choose."""
    return FilterBar.create(
        *more,
        columns=filterable(),
        asked=asked,
        text=text,
        usual_range=usual_range,
        counts=RequestFacets.counts,
        on_count=RequestFacets.count,
    )
