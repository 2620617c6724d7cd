"""A server of its own for a benchmark, warm, and a Chromium that speaks to nobody else."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@contextmanager
def serving() -> Iterator[str]:
    """Start `shigen serve` on a free port; yield its address once its first answers are computed."""
    command = [sys.executable, "-m", "shigen.show.cli.main", "serve", "--port", "0", "--no-browser", "--lang", "en"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "SHIGEN_TOKEN": ""}) as server:
        try:
            assert server.stderr is not None
            told = re.search(r"http://\S+", server.stderr.readline())
            if told is None:
                raise SystemExit("the server did not start")
            for path in ("", "minerals/gallium", "static/vega.js"):
                urllib.request.urlopen(told[0] + path, timeout=60).read()
            time.sleep(10)  # its warming ends
            yield told[0]
        finally:
            server.terminate()


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield a headless Chromium, that of the system."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path_of_chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def path_of_chromium() -> str:
    """Return where the system's Chromium is."""
    import shutil

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit("chromium is not installed; on Debian: sudo apt-get install chromium")
    return found
