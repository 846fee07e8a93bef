"""The chat is a component for any page: a project with one small page more, which has settings of its own."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import expect
from sqlmodel import select

from fluxgate_app.models import Conversation
from fluxgate_app.settings import ROOT

from .conftest import make_site

COPIED = ("fluxgate_app", "assets", "alembic", "reflex.lock", "pyproject.toml", "rxconfig.py")


@pytest.fixture
def project(tmp_path: Path, server) -> Path:
    """A copy of the sources to which the page is added; what npm has installed is there already."""
    assert server.url
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("external", "__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    subprocess.run(["cp", "-al", ROOT / ".web", tmp_path / ".web"], check=True)
    shutil.copy(Path(__file__).with_name("helpdesk.py"), tmp_path / "fluxgate_app" / "pages" / "helpdesk.py")
    with (tmp_path / "fluxgate_app" / "fluxgate_app.py").open("a") as entry:
        entry.write("\nfrom fluxgate_app.pages import helpdesk\n\nhelpdesk.add_to(app)\n")
    return tmp_path


async def test_a_page_has_a_placeholder_a_welcome_and_a_persona_of_its_own(project, start_server, page) -> None:
    admin = {"FLUXGATE_ADMIN_EMAIL": "ada@example.com", "FLUXGATE_ADMIN_PASSWORD": "correct horse battery"}
    site = make_site(start_server(PYTHONPATH=str(project), **admin))
    ada = await site.visited_by("ada@example.com", page)
    await ada.go("/helpdesk")
    await expect(page.get_by_text("What can we mend for you?")).to_be_visible()
    await expect(ada.see("composer")).to_have_attribute("placeholder", "Describe what went wrong")
    await page.get_by_role("button", name="My parcel is late").click()
    await expect(ada.see("message-user")).to_have_text("My parcel is late")
    await expect(ada.see("message-meta")).to_have_text(re.compile("tokens"))
    await expect(page).to_have_url(re.compile("/helpdesk$"))
    with site.database.reading() as session:
        conversation = session.exec(select(Conversation)).one()
    assert conversation.persona == "support-agent"
    await page.reload()
    await expect(ada.see("message-user")).to_have_text("My parcel is late")
    await ada.go(f"/c/{conversation.id}")
    await expect(ada.see("manner")).to_have_text("support-agent")
