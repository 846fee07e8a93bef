"""Recorded calls as lines of a journal."""

import pytest

from fluxgate_app.events.call import Call, from_lines, to_json
from fluxgate_app.tracking.record import Context


def lines(*calls: Call) -> list[bytes]:
    return [to_json(call) for call in calls]


def test_what_starts_and_ends_among_them_is_read_as_it_ended(make_call):
    one, two, three = (make_call(number) for number in range(3))
    written = lines(Call(one.start), Call(two.start), one, Call(three.start), three)
    assert from_lines(written) == [Call(two.start), one, three]


def test_a_start_that_comes_after_its_end_is_not_read_either(make_call):
    assert from_lines(lines(make_call(1), Call(make_call(1).start))) == [make_call(1)]


def test_a_call_whose_metadata_look_like_a_line_is_read(make_call):
    odd = make_call(1, context=Context(metadata={"x": ',"end":null}'}), answer=',"end":null}')
    torn = make_call(2, context=Context(metadata={"x": "\ud800"}))
    read = from_lines(lines(Call(odd.start), Call(torn.start), odd, torn))
    assert [call.start.tracking_id for call in read] == ["evt_000002", "evt_000001", "evt_000002"]
    assert odd in read


@pytest.mark.parametrize("line", [b"", b"{}", b'{"start":{"tracking_id":"evt_1"'])
def test_anything_else_is_refused(make_call, line):
    with pytest.raises(ValueError, match="not a recorded call"):
        from_lines([*lines(make_call(1)), line])
