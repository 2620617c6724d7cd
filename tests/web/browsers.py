"""What a browser is to these tests."""

from collections.abc import Callable

from starlette.testclient import TestClient

Browser = Callable[..., TestClient]
"""Makes a browser with cookies of its own; the language first, further headers by name."""
