"""The application in memory, as one user's browser or another's."""

from collections.abc import Iterator

import pytest
from browsers import Browser
from fastapi import FastAPI
from starlette.testclient import TestClient

from shigen.show.web.app import create_app
from shigen.show.web.guard import Rules


@pytest.fixture(scope="session")
def app() -> Iterator[FastAPI]:
    made = create_app(Rules(hosts=("testserver", "127.0.0.1", "localhost")))
    with TestClient(made):  # its life begins once
        yield made


@pytest.fixture
def browser(app: FastAPI) -> Browser:
    """Make a browser with cookies of its own; headers as given."""

    def make(lang: str = "en", **headers: str) -> TestClient:
        return TestClient(app, raise_server_exceptions=True, follow_redirects=False,
                          headers={"accept-language": lang, "accept": "text/html", **headers})  # fmt: skip

    return make


@pytest.fixture
def client(browser: Browser) -> TestClient:
    return browser(accept="application/json")
