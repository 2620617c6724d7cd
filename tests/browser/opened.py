"""What a page is to these tests, and where pictures of pages go."""

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

Open = Callable[..., Page]
"""Opens an address in a browser of its own."""
SCREENS = Path(os.environ.get("SHIGEN_SCREENS", Path(__file__).parents[2] / "build" / "screens"))
