"""`fluxgate signup`: open to all, or not."""

from fluxgate_app.accounts import admin_settings


def test_it_opens_and_closes(fluxgate, stored):
    for word, is_open in (("open", True), ("open", True), ("close", False)):
        assert fluxgate("signup", word).code == 0
        with stored.reading() as session:
            assert admin_settings.read(session).signup_open is is_open
