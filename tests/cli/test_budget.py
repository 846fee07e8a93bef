"""`fluxgate budget`: what may be spent, set from a shell."""

import pytest


def test_a_budget_is_set_listed_and_removed(fluxgate):
    made = fluxgate("budget", "set", "feature", "search", "--limit", "12.50", "--period", "day")
    assert made.code == 0, made.err
    budget_id = made.out.split(":")[0]
    assert fluxgate("budget", "list").out == f"{budget_id}  feature search  $0 of $12.5 this day\n"
    assert fluxgate("budget", "remove", budget_id).code == 0
    assert fluxgate("budget", "list").out == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("overall", "--limit", "much"), "'much' is no amount of USD"),
        (("overall", "--limit", "-1"), "0.000001 to 1,000,000 USD"),
        (("account", "nobody@example.com", "--limit", "5"), "There is no such account"),
    ],
)
def test_it_refuses_what_is_no_budget(fluxgate, args, said):
    refused = fluxgate("budget", "set", *args)
    assert refused.code == 1
    assert said in refused.err
