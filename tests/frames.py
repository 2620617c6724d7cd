"""Which texts of a chart do not lie in its frame, or are cut short."""

import math
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from shigen.show.charts import faces

Matrix = tuple[float, float, float, float, float, float]
SVG = "{http://www.w3.org/2000/svg}"
ROOM = 0.5
"""Pixels by which a text may stand over: the renderer rounds the frame."""


def outside(svg: str) -> list[str]:
    """Return the texts that reach over the frame of an SVG or end in dots, by the metrics of the font."""
    root = fromstring(svg)
    left, top, wide, high = (float(part) for part in root.attrib["viewBox"].split())
    found = []
    for line, corners in _lines(root, (1, 0, 0, 1, 0, 0), hidden=False):
        xs, ys = zip(*corners, strict=True)
        within = (min(xs) >= left - ROOM and max(xs) <= left + wide + ROOM
                  and min(ys) >= top - ROOM and max(ys) <= top + high + ROOM)  # fmt: skip
        if not within or line.endswith("…"):
            found.append(line)
    return found


def _lines(at: Element, matrix: Matrix, *, hidden: bool) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    matrix = _times(matrix, at.attrib.get("transform", ""))
    hidden = hidden or at.attrib.get("opacity") == "0"
    if at.tag == f"{SVG}text" and not hidden:
        size = float(at.attrib["font-size"].removesuffix("px"))
        x, y = (float(at.attrib.get(name, 0)) for name in ("x", "y"))
        for part in at.findall(f"{SVG}tspan") or [at]:
            y += float(part.attrib.get("dy", 0))
            line = part.text or ""
            wide = faces.width(line, size, "bold" if at.attrib.get("font-weight") == "bold" else "regular")
            assert abs(wide - float(part.attrib.get("textLength", 0))) < 0.01, line
            start = x + {"middle": -wide / 2, "end": -wide}.get(at.attrib.get("text-anchor", ""), 0.0)
            box = [(end, y + up) for end in (start, start + wide) for up in (-0.8 * size, 0.2 * size)]
            if line:
                yield line, [(matrix[0] * a + matrix[2] * b + matrix[4], matrix[1] * a + matrix[3] * b + matrix[5])
                             for a, b in box]  # fmt: skip
    for child in at:
        yield from _lines(child, matrix, hidden=hidden)


def _times(matrix: Matrix, transform: str) -> Matrix:
    a, b, c, d, e, f = matrix
    for name, told in re.findall(r"(\w+)\(([^)]*)\)", transform):
        values = [float(one) for one in re.split(r"[ ,]+", told.strip())]
        if name == "translate":
            x, y = values[0], values[1] if len(values) > 1 else 0.0
            e, f = a * x + c * y + e, b * x + d * y + f
        elif name == "rotate":
            cos, sin = math.cos(math.radians(values[0])), math.sin(math.radians(values[0]))
            a, b, c, d = a * cos + c * sin, b * cos + d * sin, c * cos - a * sin, d * cos - b * sin
        elif name == "scale":
            x, y = values[0], values[-1]
            a, b, c, d = a * x, b * x, c * y, d * y
        else:
            raise AssertionError(name)
    return a, b, c, d, e, f
