"""Requests are told apart by how their path begins: the API's from the pages'."""

from fluxgate_app.api.app import PLACES, create_api
from fluxgate_app.settings import load
from fluxgate_app.wiring import Wiring


def test_every_path_of_the_api_begins_with_one_of_its_places(tmp_path):
    paths = create_api(Wiring(load(data_dir=tmp_path))).openapi()["paths"]
    assert {path.split("/")[1] for path in paths} == PLACES
