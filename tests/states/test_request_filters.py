"""What an address asks for, in the reader's words."""

from datetime import UTC, datetime

from fluxgate_app.states.request_filters import asked, ids

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def said(*pairs: tuple[str, str]) -> list[str]:
    """The words of the chips for these pairs."""
    return [chip.words for chip in asked(list(pairs), NOW, {"usr_1": "Ada"}).chips]


def test_each_filter_is_a_chip_in_words() -> None:
    pairs = (("status.not", "SUCCESS"), ("cost.gt", "0.01"), ("feature", "a"), ("feature", "b"))
    assert said(*pairs) == ["status is not SUCCESS", "cost above $0.01", "feature is a or b"]


def test_listed_and_repeated_values_are_one_chip() -> None:
    assert said(("status", "ERROR"), ("status.in", "TIMEOUT,BLOCKED")) == ["status is ERROR or TIMEOUT or BLOCKED"]


def test_a_chip_has_what_an_editor_needs() -> None:
    chip = asked([("cost.between", "0.01,0.5")], NOW, {}).chips[0]
    assert (chip.name, chip.column, chip.operator, chip.values) == ("cost.between", "cost", "between", ["0.01,0.5"])


def test_people_are_named_where_that_is_known() -> None:
    pairs = [("account", "usr_1"), ("account", "usr_2"), ("feature", "usr_3")]
    assert said(*pairs) == ["account is Ada or usr_2", "feature is usr_3"]
    assert ids(pairs, NOW) == {"usr_1", "usr_2"}


def test_time_and_order_are_no_chips() -> None:
    read = asked([("range", "7d"), ("sort", "-cost"), ("q", "quota")], NOW, {})
    assert (read.span, read.since, read.sort, read.chips) == ("7d", "2026-11-14T12:00:00+00:00", "-cost", [])


def test_days_are_those_of_the_zone_in_the_address() -> None:
    read = asked([("range", "today"), ("timezone", "Asia/Kolkata")], NOW, {})
    assert read.since == "2026-11-20T18:30:00+00:00"


def test_what_cannot_be_is_a_chip_with_its_trouble_beside_what_can() -> None:
    pairs = [("colour", "blue"), ("range", "century"), ("sort", "up"), ("status", "ERROR"), ("cost.gt", "much")]
    chips = {chip.name: chip for chip in asked(pairs, NOW, {}).chips}
    assert chips["colour"].words == "colour is blue"
    assert {name for name, chip in chips.items() if chip.trouble} == {"colour", "range", "sort", "cost.gt"}
    assert chips["sort"].trouble.startswith("sort must be one of")
    assert chips["status"].words == "status is ERROR"


def test_ten_thousand_values_are_one_chip_with_its_trouble() -> None:
    chips = asked([("feature", str(number)) for number in range(10_000)], NOW, {}).chips
    assert len(chips) == 1
    assert chips[0].trouble == "feature has 10000 values; at most 500 are allowed"
    assert len(chips[0].words) < 200
