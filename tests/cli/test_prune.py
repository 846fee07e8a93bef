"""`fluxgate prune`: what is older than it is to be kept goes, and the figures stay true."""


def test_it_says_what_it_deleted_and_the_rest_adds_up(fluxgate):
    fluxgate("seed", "--events", "500", "--days", "60")
    pruned = fluxgate("prune", "--requests-days", "30")
    assert pruned.code == 0
    contents, requests, figures = pruned.out.splitlines()[-3:]
    assert (contents, figures) == ("contents: kept for ever", "figures: kept for ever")
    assert requests.endswith("older than 30 days deleted")
    assert int(requests.split()[1]) > 100
    assert fluxgate("check").code == 0
    assert fluxgate("prune", "--requests-days", "30").out.splitlines()[-2].startswith("requests: 0 ")


def test_without_ages_it_deletes_nothing(fluxgate):
    fluxgate("seed", "--events", "50", "--days", "60")
    assert "requests: kept for ever" in fluxgate("prune").out


def test_it_counts_what_the_retention_page_says(fluxgate, stored):
    from fluxgate_app.accounts import admin_settings

    fluxgate("seed", "--events", "500", "--days", "60")
    with stored.writing() as session:
        admin_settings.decide(session, None, requests_days=30)
    assert "older than 30 days deleted" in fluxgate("prune").out


def test_it_refuses_ages_that_cannot_be(fluxgate):
    refused = fluxgate("prune", "--requests-days", "60", "--figures-days", "30")
    assert (refused.code, refused.err.strip()) == (
        1,
        "figures: keep them at least as long as requests, whose sums they are",
    )
