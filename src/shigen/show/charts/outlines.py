"""Outlines of countries for maps of the world, from the data file of a wheel, in pixels of the map.

The wheel holds Natural Earth (public domain) at 1:10 million, 370,000 points. They are projected once (Equal Earth, on
which areas compare) and thinned to what a map shows: points inside half a pixel are one, and of the rest those stay
that bend a line visibly. Neighbours are thinned by the same rule on the same points, so that borders still meet. It
is done once, by `./run charts`; `beforehand` keeps the result.
"""

import gc
import gzip
import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from shigen.base import names

WIDTH, HEIGHT = 760, 350
SCALE: Final = 148.0
"""Pixels per radian at the equator."""
MIDDLE: Final = (WIDTH / 2 - 12, 198.0)
"""Where the equator meets the meridian of Greenwich: Antarctica is not shown."""
GRID: Final = 0.5
"""Of the points [px]."""
BEND: Final = 0.9
"""Triangles of a point and its neighbours that are smaller than this are cut off [px²]."""
ISLAND: Final = 1.5
"""Smaller ones are not drawn, unless they are all that a country has [px²]."""
ROCK: Final = 8
"""A ring of fewer points is none to be drawn."""
LEFT_OUT: Final = "ATA"
"""Antarctica: no mineral is won there."""

UNCODED: Final = {"France": "FRA", "Norway": "NOR", "Kosovo": "XKX"}
"""Countries for which the file has no alpha-3 code."""

_A: Final = (1.340264, -0.081106, 0.000893, 0.003796)
"""Coefficients of the projection: Šavrič, Patterson and Jenny (2019), Int. J. Geogr. Inf. Sci. 33(3), 454."""
_M: Final = 3**0.5 / 2


def projected(longitude: Any, latitude: Any) -> tuple[Any, Any]:
    """Return where a place is on the map [px] from the upper left; numbers or arrays, in degrees."""
    a1, a2, a3, a4 = _A
    t = np.arcsin(_M * np.sin(np.radians(latitude)))
    t2 = t * t
    t6 = t2**3
    x = np.radians(longitude) * np.cos(t) / (_M * (a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2)))
    y = t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))
    return MIDDLE[0] + SCALE * x, MIDDLE[1] - SCALE * y


@cache
def outlines() -> dict[str, dict[str, Any]]:
    """Return one GeoJSON feature a country by alpha-3 code, with `x` and `y` of its middle; all land under `""`."""
    rings, owners = _rings()
    points, of = _thinned(np.concatenate(rings), np.repeat(np.arange(len(rings)), [len(r) for r in rings]))
    starts = np.flatnonzero(np.r_[True, of[1:] != of[:-1]])
    shapes_of: dict[str, list[tuple[float, np.ndarray]]] = {}
    for ring, owner in zip(np.split(points, starts[1:]), of[starts], strict=True):
        shapes_of.setdefault(owners[int(owner)], []).append((_area(ring), ring))
    features = {code: _feature(code, shapes) for code, shapes in shapes_of.items()}
    order = sorted(features, key=lambda code: -features[code]["area"])
    whole = [ring for code in order for ring in features[code]["geometry"]["coordinates"]]
    land = {"type": "Feature", "id": "", "geometry": {"type": "MultiPolygon", "coordinates": whole}}
    return {code: features[code] for code in order if code in names.countries()} | {"": land}


def _rings() -> tuple[list[np.ndarray], list[str]]:
    """Return every ring in pixels, and the code (or name) that each belongs to."""
    shapes, about = _read("polygons"), _read("metadata")
    rings, owners = [], []
    for key, shape in shapes.items():
        code = _code(about[key])
        drawn = [ring for ring in shape.get("exteriors") or [shape["exterior"]] if len(ring) >= ROCK]
        if code != LEFT_OUT:
            rings += [np.array(ring, dtype=float) for ring in drawn]
            owners += [code] * len(drawn)
    return [np.column_stack(projected(ring[:, 1], ring[:, 0])) for ring in rings], owners


def _read(name: str) -> dict[str, Any]:
    content = gzip.decompress((_folder() / f"{name}.json.gz").read_bytes())
    # A million small lists would set the collector off again and again, for nothing: half of the time.
    gc.disable()
    try:
        return dict(json.loads(content))
    finally:
        gc.enable()


def _folder() -> Path:
    """Return the folder of the data, without importing the package around it."""
    spec = importlib.util.find_spec("geo_intel_offline")
    if spec is None or not spec.submodule_search_locations:
        message = "the package geo-intel-offline, which carries the outlines of countries, is not installed"
        raise RuntimeError(message)
    return Path(spec.submodule_search_locations[0]) / "data"


def _code(about: dict[str, str]) -> str:
    """Return the alpha-3 code, or the name of an area that has none."""
    return UNCODED.get(about["name"], about["name"]) if about["iso3"] == "-99" else about["iso3"]


def _thinned(points: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Move points onto the grid and cut off those that bend a line least, never two beside each other at once.

    `of` says which ring a point belongs to; rings stay in order, without the point that closes them.
    """
    points = np.round(points / GRID) * GRID
    kept = np.r_[True, (points[1:] != points[:-1]).any(axis=1) | (of[1:] != of[:-1])]
    points, of = points[kept], of[kept]
    before, after = _neighbours(of)
    closing = (points == points[after]).all(axis=1) & (after < np.arange(len(of)))
    points, of = points[~closing], of[~closing]
    while True:
        before, after = _neighbours(of)
        one, two = points[before] - points, points[after] - points
        bend = np.abs(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]) / 2
        gone = (bend < BEND) & (bend <= bend[before]) & (bend < bend[after]) & (np.bincount(of)[of] > 4)
        if not gone.any():
            return points, of
        points, of = points[~gone], of[~gone]


def _neighbours(of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the points before and after each point of its ring."""
    places = np.arange(len(of))
    starts = np.flatnonzero(np.r_[True, of[1:] != of[:-1]])
    ends = np.r_[starts[1:], len(of)] - 1
    before, after = places - 1, places + 1
    before[starts], after[ends] = ends, starts
    return before, after


def _area(ring: np.ndarray) -> float:
    """Return the area of a ring [px²]."""
    x, y = ring[:, 0], ring[:, 1]
    return float(abs((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2)


def _feature(code: str, shapes: list[tuple[float, np.ndarray]]) -> dict[str, Any]:
    ordered = sorted(shapes, key=lambda shape: -shape[0])
    kept = [ring for i, (area, ring) in enumerate(ordered) if area >= ISLAND or i == 0]
    x, y = (round(float(middle), 1) for middle in kept[0].mean(axis=0))
    closed = [[[*ring.tolist(), ring[0].tolist()]] for ring in kept]
    return {"type": "Feature", "id": code, "x": x, "y": y, "area": sum(area for area, _ in shapes),
            "geometry": {"type": "MultiPolygon", "coordinates": closed}}  # fmt: skip
