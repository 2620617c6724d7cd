"""A server of its own and the system's Chromium; a page that remembers what went wrong on it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from opened import Open
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    command = [sys.executable, "-m", "shigen.show.cli.main", "serve", "--port", "0", "--no-browser", "--lang", "en"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "SHIGEN_TOKEN": ""}
    ) as process:
        assert process.stderr is not None
        told = re.search(r"http://\S+", process.stderr.readline())
        assert told is not None, "the server did not start"
        yield told[0].rstrip("/")
        process.terminate()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "chromium is not installed; ./run test installs it on Debian"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(server: str, chromium: Browser) -> Iterator[Open]:
    """Open a page in a browser of its own; at the end nothing may have gone wrong on any of them."""
    contexts = []
    wrong: list[str] = []

    def opened(
        path: str, *, lang: str = "en", width: int = 1280, faults: bool = False, script: str = "", **more: object
    ) -> Page:  # fmt: skip
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale=lang, base_url=server, **more)
        contexts.append(context)
        context.add_init_script(script)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.set_default_navigation_timeout(120_000)  # a first page of new figures on a machine that has much to do
        if not faults:
            page.on("console", lambda m: wrong.append(f"{path}: {m.type}: {m.text}") if m.type != "log" else None)
        page.on("pageerror", lambda error: wrong.append(f"{path}: {error}"))
        page.on("request", lambda r: wrong.append(f"{path}: asks {r.url}") if _foreign(r.url, server) else None)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def _foreign(address: str, server: str) -> bool:
    return urlsplit(address).netloc not in ("", urlsplit(server).netloc)
