"""What a deck is written into: our own plain template, or the user's.

Of a template its master, its theme and two layouts count; its slides are taken out. Where it names a face for Japanese,
that stays.
"""

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base.errors import UserError
from shigen.base.i18n import Lang
from shigen.base.whole import because
from shigen.show.documents.layout import Box, Frame
from shigen.show.documents.office import FACES, set_faces

if TYPE_CHECKING:
    from pptx.presentation import Presentation

POINT: Final = 12700
WIDE: Final = (960, 540)
"""16:9, in points."""
LARGEST: Final = 300_000_000
"""Bytes of a template, unpacked."""
SMALLEST: Final = (480, 340)
EDGE: Final = 14
LOWEST: Final = 40
"""Height of a placeholder from which it is written into where it stands [pt]."""
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"

COLOURS: Final = {
    "dk1": "1F2933",
    "lt1": "FFFFFF",
    "dk2": "1F3864",
    "lt2": "EEF1F5",
    "accent1": "0B5FA5",
    "accent2": "D1600A",
    "accent3": "3F7F3F",
    "accent4": "7B4EA3",
    "accent5": "9AA5B1",
    "accent6": "C9A227",
    "hlink": "0B5FA5",
    "folHlink": "7B4EA3",
}


def opened(path: Path | None, lang: Lang) -> "Presentation":
    """Return an empty presentation: of our own template, or of the user's.

    Raises
    ------
    UserError
        The file is no template, cannot be read, or leaves too little room.
    """
    from pptx.opc.constants import RELATIONSHIP_TYPE as RT

    made = _plain(lang) if path is None else _users(path)
    part = made.slide_master.part.part_related_by(RT.THEME)
    part._blob = _theme(part.blob, lang, own=path is None)
    return made


def _theme(blob: bytes, lang: Lang, *, own: bool) -> bytes:
    from lxml import etree

    root = etree.fromstring(blob)
    if own:
        root.set("name", "shigen")
        for name, value in COLOURS.items():
            one = root.find(f".//{A}clrScheme/{A}{name}")
            for child in list(one):
                one.remove(child)
            etree.SubElement(one, f"{A}srgbClr").set("val", value)
        for kind in ("majorFont", "minorFont"):
            font = root.find(f".//{A}{kind}")
            font.find(f"{A}latin").set("typeface", FACES[lang])
            font.find(f"{A}ea").set("typeface", FACES["ja"])
            for named in font.findall(f"{A}font"):
                font.remove(named)
    set_faces(root, lang)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _plain(lang: Lang) -> "Presentation":
    """Return our own template, made of the one that the library brings."""
    from pptx import Presentation

    made = Presentation()
    made.slide_width, made.slide_height = (one * POINT for one in WIDE)
    _without(made.part, "printerSettings")
    _without(made.part.package, "thumbnail")
    layouts = made.slide_layouts
    for one in list(layouts):
        if one._element.get("type") not in ("title", "titleOnly"):
            layouts.remove(one)
    places = {
        "TITLE": Box(36, 18, 888, 62),
        "BODY": Box(36, 96, 888, 400),
        "DATE": Box(36, 512, 200, 18),
        "FOOTER": Box(330, 512, 300, 18),
        "SLIDE_NUMBER": Box(844, 512, 80, 18),
        "CENTER_TITLE": Box(72, 150, 816, 110),
        "SUBTITLE": Box(72, 276, 816, 130),
    }
    master = made.slide_master
    for holder in (master, *layouts):
        for one in list(holder.placeholders):
            kind = one.placeholder_format.type.name
            if kind in ("DATE", "FOOTER"):
                one._element.getparent().remove(one._element)
            else:
                _put(one, places[kind])
                _inner(one, anchor="b" if kind == "CENTER_TITLE" else "ctr" if kind == "TITLE" else "t")
    for style, size, colour in (("titleStyle", 2400, "tx2"), ("bodyStyle", 1400, "tx1")):
        first = master._element.find(f".//{P}{style}/{A}lvl1pPr")
        first.set("algn", "l")
        if lang == "ja":
            first.set("hangingPunct", "0")
        first.find(f"{A}defRPr").set("sz", str(size))
        first.find(f"{A}defRPr").set("b", str(int(style == "titleStyle")))
        first.find(f".//{A}schemeClr").set("val", colour)
    _ruled(master, Box(36, 84, 888, 0))
    title = next(one for one in layouts if one._element.get("type") == "title")
    title._element.set("showMasterSp", "0")
    _ruled(title, Box(72, 266, 816, 0))
    for one in title.placeholders:
        if one.placeholder_format.type.name == "SUBTITLE":
            for level in one._element.iter(f"{A}lvl1pPr"):
                level.set("algn", "l")
    return made


def _put(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = (
        int(one * POINT) for one in (box.left, box.top, box.width, box.height)
    )


def _inner(shape: Any, *, anchor: str) -> None:
    body = shape._element.find(f".//{A}bodyPr")
    for side in ("lIns", "rIns", "tIns", "bIns"):
        body.set(side, "0")
    body.set("anchor", anchor)
    for child in list(body):
        body.remove(child)


def _ruled(holder: Any, box: Box) -> None:
    """Draw the line under a title."""
    from lxml import etree

    tree = holder._element.find(f".//{P}spTree")
    number = max(int(one.get("id")) for one in tree.iter(f"{P}cNvPr")) + 1
    x, y, wide, high = (int(one * POINT) for one in (box.left, box.top, box.width, box.height))
    tree.append(
        etree.fromstring(
            f'<p:cxnSp xmlns:p="{P[1:-1]}" xmlns:a="{A[1:-1]}"><p:nvCxnSpPr><p:cNvPr id="{number}" name="Rule"/>'
            f'<p:cNvCxnSpPr/><p:nvPr userDrawn="1"/></p:nvCxnSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/>'
            f'<a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="line"><a:avLst/></a:prstGeom>'
            f'<a:ln w="19050"><a:solidFill><a:schemeClr val="tx2"/></a:solidFill></a:ln></p:spPr></p:cxnSp>'
        )
    )


def _without(part: Any, kind: str) -> None:
    """Drop what a part leads to."""
    rels = part._rels
    for rid in [rid for rid, rel in rels.items() if rel.reltype.endswith(f"/{kind}")]:
        rels.pop(rid)


def _users(path: Path) -> "Presentation":
    from pptx import Presentation
    from pptx.exc import PackageNotFoundError

    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError("file_unreadable", place=str(path), detail=because(error)) from error
    try:
        made = Presentation(io.BytesIO(_as_presentation(content)))
        size = made.slide_width, made.slide_height
        layouts(made)
    except UserError:
        raise
    except (
        zipfile.BadZipFile,
        PackageNotFoundError,
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
        SyntaxError,
        StopIteration,
        IndexError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise UserError("template_form", place=str(path)) from error
    if None in size or any(int(one) < least * POINT for one, least in zip(size, SMALLEST, strict=True)):
        raise UserError("template_small", place=str(path))
    ids = made.slides._sldIdLst
    for one in list(ids):
        made.part.drop_rel(one.rId)
        ids.remove(one)
    for extension in list(made.part._element.iter(f"{P}ext")):
        if extension.get("uri", "").upper() == "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}":  # sections name slides
            extension.getparent().remove(extension)
    return made


def _as_presentation(content: bytes) -> bytes:
    """Return a package as a presentation: a template or a show says in one place that it is one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        if sum(one.file_size for one in old.infolist()) > LARGEST:
            raise ValueError
        types = old.read("[Content_Types].xml")
        plain = re.sub(
            rb"presentationml\.(?:template|slideshow)\.main\+xml", b"presentationml.presentation.main+xml", types
        )
        if plain == types:
            return content
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, plain if name == "[Content_Types].xml" else old.read(name))
    return out.getvalue()


def layouts(made: "Presentation") -> tuple[Any, Any]:
    """Return the layouts of the cover and of all other slides; their names are translated, their types are not.

    Raises
    ------
    StopIteration
        No layout has a title.
    """
    every = list(made.slide_layouts)
    kinds = {one._element.get("type"): one for one in reversed(every)}
    titled = [one for one in every if _title(one) is not None]
    few = min(titled, key=lambda one: len(list(one.placeholders)), default=None)
    plain = kinds.get("titleOnly") if _has_title(kinds.get("titleOnly")) else few
    if plain is None:
        raise StopIteration
    cover = kinds.get("title")
    return (cover if _has_title(cover) else plain), plain


def _has_title(layout: Any) -> bool:
    return layout is not None and _title(layout) is not None


def _title(layout: Any) -> Any:
    return next(
        (one for one in layout.placeholders if one.placeholder_format.type.name in ("TITLE", "CENTER_TITLE")), None
    )


def frame(made: "Presentation", layout: Any) -> Frame:
    """Return what a layout leaves to us, in whole points.

    A title that stands below the middle, or that leaves no room, is put at the top.
    """
    wide, high = made.slide_width // POINT, made.slide_height // POINT
    title = box_of(_title(layout))
    if title.bottom > high * 0.4 or title.width < wide * 0.5 or title.height < LOWEST:
        title = Box(EDGE, EDGE, wide - 2 * EDGE, max(48, high // 8))
    feet = [
        box_of(one)
        for one in (*layout.placeholders, *made.slide_master.placeholders)
        if one.placeholder_format.type.name in ("DATE", "FOOTER", "SLIDE_NUMBER")
    ]
    low = min([one.top for one in feet if one.top > high * 0.8], default=high - EDGE)
    left, right = max(title.left, EDGE), min(title.left + title.width, wide - EDGE)
    body = Box(left, title.bottom + 12, right - left, low - 4 - title.bottom - 12)
    own = Box(wide - EDGE - 60, high - EDGE - 4, 60, 14)
    number = next(
        (box_of(one) for one in layout.placeholders if one.placeholder_format.type.name == "SLIDE_NUMBER"), own
    )
    if number.top < body.bottom or number.bottom > high or number.height < own.height:
        number = own
        body = Box(body.left, body.top, body.width, min(body.bottom, own.top - 4) - body.top)
    return Frame(wide, high, title, body, number)


def usable(box: Box, made: "Presentation") -> bool:
    """Tell whether a placeholder can be written into where it stands."""
    inside = box.left >= 0 and box.top >= 0 and box.left + box.width <= made.slide_width / POINT + 1
    return inside and box.bottom <= made.slide_height / POINT + 1 and min(box.height, box.width) >= LOWEST


def cover_box(made: "Presentation", *, title: bool) -> Box:
    """Return a place on the cover, for a template that leaves none."""
    wide, high = made.slide_width // POINT, made.slide_height // POINT
    top, share = (0.28, 0.25) if title else (0.56, 0.3)
    return Box(round(wide * 0.08), round(high * top), round(wide * 0.84), round(high * share))


def box_of(shape: Any) -> Box:
    """Return the place of a placeholder, its own or the one that it has from its master."""
    return Box(*(float(round((one or 0) / POINT)) for one in (shape.left, shape.top, shape.width, shape.height)))


def margins(shape: Any) -> tuple[float, float]:
    """Return what the margins of a placeholder take of its width and height: its own, or those of its master."""
    sides = {"lIns": 91440, "rIns": 91440, "tIns": 45720, "bIns": 45720}
    kind = shape.placeholder_format.type.name.replace("CENTER_", "")
    master = shape.part.slide_layout.slide_master if hasattr(shape.part, "slide_layout") else shape.part.slide_master
    above = [one for one in master.placeholders if one.placeholder_format.type.name == kind]
    for one in (*above, shape):
        body = one._element.find(f".//{A}bodyPr")
        sides |= {side: int(body.get(side)) for side in sides if body is not None and body.get(side)}
    return (sides["lIns"] + sides["rIns"]) / POINT, (sides["tIns"] + sides["bIns"]) / POINT
