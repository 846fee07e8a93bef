"""What is sent to the page: only what changed, and enough of it that nothing gets lost."""

from fluxgate_app.chat.text import Piece
from fluxgate_app.states import messages


def test_the_last_few_changes_go_together() -> None:
    feed = messages.whole([{"id": "1"}])
    for number in range(2, 7):
        feed = messages.changed(feed, {"id": str(number)})
    assert [update["revision"] for update in feed["updates"]] == [4, 5, 6]


def test_a_change_does_not_send_the_history_again() -> None:
    feed = messages.changed(messages.whole([{"id": "1", "text": "x" * 1000}]), {"id": "2"})
    assert feed["updates"] == [{"revision": 2, "message": {"id": "2"}}]


def test_the_whole_begins_anew() -> None:
    before = messages.whole([])
    assert messages.whole([])["epoch"] != before["epoch"]


def test_a_piece_begins_before_the_end_of_the_one_before_it() -> None:
    assert messages.overlapping(Piece(6, "world"), "hello ") == {"at": 0, "text": "hello world"}


def test_it_counts_as_a_browser_does() -> None:
    assert messages.overlapping(Piece(4, "!"), "🙂🙂") == {"at": 0, "text": "🙂🙂!"}
