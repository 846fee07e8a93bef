"""`fluxgate price` and `fluxgate reprice`: prices before the public list, for calls to come and calls made."""

import pytest


def test_a_price_is_set_listed_and_removed(fluxgate):
    made = fluxgate("price", "set", "openai", "gpt-4o*", "--input", "1.5", "--output", "6", "--source", "contract 7")
    assert made.code == 0
    price_id = made.out.split(":")[0]
    listed = fluxgate("price", "list").out
    assert price_id in listed
    assert "openai/gpt-4o*  input $1.5, output $6  contract 7" in listed
    assert fluxgate("price", "remove", price_id).code == 0
    assert fluxgate("price", "list").out == ""


def test_recorded_calls_are_priced_again_by_it_and_the_figures_still_add_up(fluxgate):
    fluxgate("seed", "--events", "300", "--days", "2")
    fluxgate("price", "set", "openai", "*", "--input", "1", "--output", "2", "--since", "2020-01-01")
    tried = fluxgate("reprice", "--since", "2020-01-01", "--dry-run")
    assert "would change" in tried.out
    done = fluxgate("reprice", "--since", "2020-01-01")
    assert done.code == 0
    assert done.out.splitlines()[-1] == tried.out.splitlines()[-1].replace("would change", "changed")
    assert fluxgate("reprice", "--since", "2020-01-01").out.splitlines()[-1] == "0 of 300 calls changed."
    assert fluxgate("check").out.splitlines()[-1] == "All figures add up to the rows."


def test_figures_that_do_not_add_up_are_told_and_mended(fluxgate, stored):
    from sqlmodel import delete

    from fluxgate_app.models import UserRollup

    fluxgate("seed", "--events", "50", "--days", "1")
    with stored.writing() as session:
        session.exec(delete(UserRollup))
    found = fluxgate("check")
    assert found.code == 1
    assert "requests is 0, the rows say 50" in found.out
    assert found.err == "The figures do not add up to the rows: fluxgate rebuild-rollups mends that\n"
    assert fluxgate("rebuild-rollups").code == 0
    assert fluxgate("check").code == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Give at least one price of input, output, cache_read, cache_write, reasoning"),
        (("--input", "much"), "'much' is no amount of USD"),
        (("--input", "-1"), "A price must be 0 to 1,000,000 USD"),
        (("--input", "NaN"), "A price must be 0 to 1,000,000 USD"),
        (("--input", "2000000"), "A price must be 0 to 1,000,000 USD"),
    ],
)
def test_it_refuses_what_is_no_price(fluxgate, args, said):
    refused = fluxgate("price", "set", "openai", "gpt-4o", *args)
    assert refused.code == 1
    assert said in refused.err
    assert fluxgate("price", "list").out == ""


def test_it_refuses_to_remove_what_is_not_there(fluxgate):
    assert fluxgate("price", "remove", "price_no").err == "There are no prices 'price_no'\n"
