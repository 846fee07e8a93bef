"""Requests are told apart by how their path begins: the API's from the pages'."""

from fastapi.routing import APIRoute

from fluxgate_app.api.app import PLACES, ROUTERS


def test_every_path_of_the_api_begins_with_one_of_its_places():
    paths = [route.path for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert {path.split("/")[1] for path in paths} == PLACES
