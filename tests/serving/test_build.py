"""A build that broke off leaves nothing behind that the next one would trip over."""

from fluxgate_app.serving.build import clear_after_a_break


def test_a_build_begins_anew_after_one_that_broke_off(tmp_path):
    web = tmp_path / ".web"
    (web / "node_modules" / "half-installed").mkdir(parents=True)
    clear_after_a_break(web, web / "stamp")
    assert not web.exists()


def test_what_a_whole_build_installed_is_used_again(tmp_path):
    web = tmp_path / ".web"
    installed = web / "node_modules" / "react"
    installed.mkdir(parents=True)
    (web / "stamp").touch()
    clear_after_a_break(web, web / "stamp")
    assert [path.name for path in web.iterdir()] == ["node_modules"]
    assert installed.exists()


def test_the_first_build_finds_nothing_to_clear(tmp_path):
    clear_after_a_break(tmp_path / ".web", tmp_path / ".web" / "stamp")
    assert list(tmp_path.iterdir()) == []
