"""`/api/docs`: the API to read, from this origin alone."""

import re

import pytest


def test_the_page_loads_only_what_is_served_here(nobody):
    page = nobody.get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self';" in page.headers["content-security-policy"]
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert sorted(links) == ["data:,", "docs/start.js", "docs/swagger-ui-bundle.js", "docs/swagger-ui.css"]
    for link in links[1:]:
        assert nobody.get(f"/api/{link}").status_code == 200


@pytest.mark.parametrize("name", ["other.js", "redoc.standalone.js", "..%2fcore.py", "%2fetc%2fpasswd"])
def test_nothing_else_is_served(nobody, name):
    answer = nobody.get(f"/api/docs/{name}")
    assert answer.status_code == 404
    assert answer.json() == {"error": "Not found"}


async def test_a_browser_shows_every_route_under_this_policy(api, page):
    await page.goto(f"{api.url}/api/docs")
    await page.get_by_text("/api/webhooks/support").wait_for()
    paths = await page.locator(".opblock-summary-path").all_inner_texts()
    assert len(paths) > 20
