"""Find a mineral or a country by any of its names, in either language; the list while one types, and a page."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from shigen.base import names
from shigen.show.web.lanes import Laned
from shigen.show.web.visit import Visit, render
from shigen.show.web.visits import visit_of

router = APIRouter(route_class=Laned)
MOST: Final = 10
"""Names in the list; whoever types on finds the others."""
LONGEST: Final = 80
"""Letters of a word that are looked at."""
HIRAGANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
"""To katakana: who types べとなむ means ベトナム."""


@dataclass(frozen=True)
class Hit:
    """A mineral or a country that a word may mean."""

    kind: str
    key: str
    name: names.Name

    def row(self, visit: Visit) -> dict[str, str]:
        """Return it as a list shows it: its name, its other names, its page."""
        shown = self.name.to(visit.lang)
        others = dict.fromkeys((self.name.to("ja"), self.name.to("en"), self.name.symbol or self.key))
        place = "minerals" if self.kind == "mineral" else "countries"
        return {"kind": visit.t(f"web.find.{self.kind}"), "name": shown,
                "other": " ".join(one for one in others if one != shown),
                "to": visit.link(f"/{place}/{self.key}", lang=visit.query.get("lang"))}  # fmt: skip


def folded(word: str) -> str:
    """Return a word as it is compared: width, case, accents and kana made one.

    Examples
    --------
    >>> folded("Ｇａ"), folded("Côte"), folded("がりうむ") == folded("ガリウム")
    ('ga', 'cote', True)
    """
    parts = unicodedata.normalize("NFKD", word.strip()[:LONGEST].casefold())
    bare = "".join(one for one in parts if unicodedata.category(one) != "Mn" or one in "\u3099\u309a")
    return unicodedata.normalize("NFC", bare).translate(HIRAGANA)


@cache
def _known() -> tuple[tuple[Hit, tuple[str, ...]], ...]:
    """Return everything that can be found with its words, minerals first."""
    several: tuple[tuple[str, Mapping[str, names.Name]], ...] = (
        ("mineral", names.commodities()), ("country", names.countries()),
    )  # fmt: skip
    return tuple(
        (Hit(kind, key, one), tuple(folded(word) for word in (one.ja, one.en, key, one.symbol, *one.aliases) if word))
        for kind, every in several for key, one in every.items() if key not in names.AGGREGATES
    )  # fmt: skip


def hits(word: str) -> list[Hit]:
    """Return what a word may mean: that of which it is a name, then begins one, begins a word of one, is inside one."""
    sought = folded(word)
    if not sought:
        return []
    ranked = ((min(_ranks(sought, words), default=None), place) for place, (_, words) in enumerate(_known()))
    best = sorted((rank, place) for rank, place in ranked if rank is not None)
    return [_known()[place][0] for _, place in best]


def _ranks(sought: str, words: tuple[str, ...]) -> Iterator[int]:
    for word in words:
        if word == sought:
            yield 0
        elif word.startswith(sought):
            yield 1
        elif f" {sought}" in word:
            yield 2
        elif len(sought) > 1 and sought in word:
            yield 3


@router.get("/find")
def find(request: Request) -> Response:
    """Answer with the page of what a word names, or with the list of what it may mean."""
    visit = visit_of(request)
    word = (visit.query.get("q") or "").strip()
    found = hits(word)
    visit.query.refuse_rest()
    exact = [one for one, words in _known() if folded(word) in words]
    if len(exact) == 1 or len(found) == 1:
        return RedirectResponse((exact or found)[0].row(visit)["to"], 303)
    shown: dict[str, Any] = {"word": word, "found": [one.row(visit) for one in found[: 3 * MOST]]}
    return HTMLResponse(render(visit, "find", shown))


@router.get("/find/names")
def list_names(request: Request) -> Response:
    """Answer with what a word that is being typed may mean."""
    visit = visit_of(request)
    found = hits(visit.query.get("q") or "")
    visit.query.refuse_rest()
    return JSONResponse([one.row(visit) for one in found[:MOST]])
