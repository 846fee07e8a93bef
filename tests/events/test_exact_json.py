"""Money crosses the wire exactly."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxgate_app.events.exact_json import json_text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("0.0000015"), "0.0000015"),
        (Decimal("0.003500000000"), "0.0035"),
        (Decimal("1E-12"), "0.000000000001"),
        (Decimal("1E+3"), "1000"),
        (Decimal("9200000.000000000001"), "9200000.000000000001"),
        (Decimal("0E-12"), "0"),
        (Decimal("-0.5"), "-0.5"),
    ],
)
def test_money_is_a_plain_number(amount, text):
    assert json_text(amount) == text


def test_unknown_money_is_null():
    assert json_text({"cost": None}) == '{"cost":null}'


def test_a_time_is_utc_with_milliseconds():
    moment = datetime(2026, 3, 1, 13, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    assert json_text(moment) == '"2026-03-01T12:00:00.123Z"'
    assert json_text(datetime(2026, 3, 1, tzinfo=UTC)) == '"2026-03-01T00:00:00.000Z"'


def test_a_float_that_is_no_number_is_null():
    assert json_text([float("inf"), float("nan"), 1.5]) == "[null,null,1.5]"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_everything_else_is_what_json_says(value):
    assert json.loads(json_text(value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**7), max_value=10**7))
def test_no_amount_is_rounded(amount):
    assert json.loads(json_text(amount), parse_float=Decimal, parse_int=Decimal) == amount
