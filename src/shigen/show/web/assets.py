"""Files that pages fetch: style, script, icon, and the Vega bundle that the chart renderer carries."""

from functools import cache
from importlib.resources import files
from typing import Final

from shigen.base.errors import UserError
from shigen.show.web.kept import kept
from shigen.show.web.problems import Problem

MEDIA: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
VEGA: Final = "vega.js"


def content(name: str) -> tuple[bytes, str]:
    """Return a file and its media type.

    Raises
    ------
    Problem
        There is none of that name.
    """
    if name == VEGA:
        return vega(), MEDIA[".js"]
    file = _files().get(name)
    if file is None:
        raise Problem(UserError("web_path", word=f"/static/{name}"), 404)
    return file, MEDIA[name[name.rindex(".") :]]


@cache
def _files() -> dict[str, bytes]:
    folder = files("shigen.show.web").joinpath("static")
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.name.endswith(tuple(MEDIA))}


@kept(1)
def vega() -> bytes:
    """Return Vega and Vega-Embed as one script that sets `window.vegaEmbed`; bundled once a process."""
    from shigen.show.charts.theme import renderer

    return str(renderer().javascript_bundle("window.vegaEmbed = vegaEmbed;")).encode()
