"""Answers of e-Stat, the statistics portal of Japan's government: pages of a table, checked and put together.

Every answer comes with HTTP 200; its `STATUS` says whether it is one. A table comes in pages of at most 100,000 rows.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.figures.sources.customs_line import MEASURES, YEAR, Line, label
from shigen.figures.sources.http import Fetcher

API: Final = "https://api.e-stat.go.jp/rest/3.0/app/json/getStatsData"
REGISTER: Final = "https://www.e-stat.go.jp/api/"
VARIABLE: Final = "ESTAT_APP_ID"
TABLES: Final = (
    (2001, 2005, "0003228183"),
    (2006, 2010, "0003228184"),
    (2011, 2015, "0003228185"),
    (2016, 2020, "0003313966"),
    (2021, 2025, "0003425294"),
    (2026, 2030, "0004049326"),
)
"""Imports by nine-digit code and country: first year, last year, id of the table."""
MOST_CODES: Final = 100
"""Codes that one call may name."""
MOST_ROWS: Final = 100_000
KEPT: Final = 86_400.0
"""Seconds in which a page that was brought is not asked for again: an interrupted fetch goes on where it stopped."""
_NAME: Final = re.compile(r"(単位|合計_数量|合計_金額|(\d{1,2})月_(数量|金額))([12]?)")


@dataclass(frozen=True)
class Page:
    """One page of an answer."""

    path: Path
    request: str
    """What was asked for, apart from the page."""
    table: str
    title: str
    updated: str
    status: int
    total: int
    first: int
    last: int
    next: int | None
    classes: Mapping[str, Mapping[str, Mapping[str, Any]]]
    """By axis and code."""
    signs: Mapping[str, str]
    values: Sequence[Mapping[str, Any]]


class _LayoutError(Exception):
    """The answer is not built as expected; the text says where."""


def read_page(path: Path, content: str) -> Page:
    """Return a page of an answer.

    Raises
    ------
    UserError
        It is no answer of getStatsData, or one that says that the call failed.
    """
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _unlike(path, f"{type(error).__name__}: {error}") from error
    try:
        return _page(path, _dict(_dict(answer, "JSON"), "GET_STATS_DATA", within=True))
    except _LayoutError as error:
        raise _unlike(path, str(error)) from error


def _unlike(path: Path, content: str) -> UserError:
    return UserError("source_layout", place=path.name, source="e-Stat", found=content, address=REGISTER,
                     expected="GET_STATS_DATA (RESULT, STATISTICAL_DATA)")  # fmt: skip


def _page(path: Path, answer: Mapping[str, Any]) -> Page:
    result = _dict(answer, "RESULT", within=True)
    status = _whole(result, "STATUS")
    if status not in (0, 1):
        raise _LayoutError(f"STATUS {status}: {label(result.get('ERROR_MSG'))}")
    asked = _dict(answer.get("PARAMETER", {}), "PARAMETER")
    request = json.dumps([asked.get("STATS_DATA_ID"), asked.get("NARROWING_COND")], sort_keys=True)
    if status == 1:
        return Page(path, request, "", "", "", 1, 0, 0, 0, None, {}, {}, ())
    data = _dict(answer, "STATISTICAL_DATA", within=True)
    about, table = _dict(data, "RESULT_INF", within=True), _dict(data, "TABLE_INF", within=True)
    inside = _dict(data, "DATA_INF", within=True)
    classes: dict[str, dict[str, Mapping[str, Any]]] = {}
    for axis in _list(_dict(data.get("CLASS_INF", {}), "CLASS_INF").get("CLASS_OBJ", []), "CLASS_OBJ"):
        classes[label(axis.get("@id"))] = {label(c.get("@code")): c for c in _list(axis.get("CLASS", []), "CLASS")}
    signs = {label(n.get("@char")): label(n.get("$")) for n in _list(inside.get("NOTE", []), "NOTE")}
    title = " ".join(_title(table.get(name)) for name in ("STATISTICS_NAME", "TITLE"))
    following = _whole(about, "NEXT_KEY") if "NEXT_KEY" in about else None
    return Page(
        path, request, label(table.get("@id")), title, label(table.get("UPDATED_DATE")), 0,
        _whole(about, "TOTAL_NUMBER"), _whole(about, "FROM_NUMBER"), _whole(about, "TO_NUMBER"), following,
        classes, signs, _list(inside.get("VALUE", []), "VALUE"),
    )  # fmt: skip


def _title(cell: object) -> str:
    return label(cell.get("$") if isinstance(cell, dict) else cell)


def _dict(cell: Any, name: str, *, within: bool = False) -> Mapping[str, Any]:
    inner = cell.get(name) if within else cell
    if not isinstance(inner, dict):
        raise _LayoutError(f"{name}: {str(inner)[:80]}")
    return inner


def _list(cell: Any, name: str) -> list[Mapping[str, Any]]:
    """Return a list of objects; e-Stat ships a single one without a list."""
    objects = cell if isinstance(cell, list) else [cell]
    if not all(isinstance(member, dict) for member in objects):
        raise _LayoutError(f"{name}: {str(cell)[:80]}")
    return objects


def _whole(holder: Mapping[str, Any], name: str) -> int:
    word = str(holder.get(name))
    if isinstance(holder.get(name), bool) or not re.fullmatch(r"\d{1,9}", word, re.ASCII):
        raise _LayoutError(f"{name}: {word[:80]}")
    return int(word)


def answers(pages: Sequence[Page]) -> Iterator[list[Page]]:
    """Yield the pages of each answer in order.

    Raises
    ------
    UserError
        A page is missing, repeated, shorter than it says, or of another state of the table.
    """
    by_request: dict[str, list[Page]] = {}
    for page in pages:
        if page.status == 0:
            by_request.setdefault(page.request, []).append(page)
    for group in by_request.values():
        group.sort(key=lambda page: (page.first, page.path.name))
        start, previous = 1, group[0]
        for page in group:
            states = [(p.total, p.updated) for p in (previous, page)]
            if states[0] != states[1]:
                raise UserError("source_double", place=page.path.name, what="TOTAL_NUMBER, UPDATED_DATE",
                                first=" ".join(map(str, states[0])), second=" ".join(map(str, states[1])))  # fmt: skip
            if page.first < start:
                raise UserError("source_double", place=page.path.name, what=f"{page.first}–{page.last}",
                                first=previous.path.name, second=page.path.name)  # fmt: skip
            if page.first > start:
                raise UserError("source_short", place=page.path.name, found=f"{start - 1:,}", total=f"{page.total:,}")
            if len(page.values) != page.last - page.first + 1:
                raise UserError("source_short", place=page.path.name, found=f"{len(page.values):,}",
                                total=f"{page.last - page.first + 1:,}")  # fmt: skip
            start, previous = page.last + 1, page
        if start - 1 != previous.total:
            raise UserError("source_short", place=previous.path.name, found=f"{start - 1:,}",
                            total=f"{previous.total:,}")  # fmt: skip
        yield group


def lines(group: Sequence[Page]) -> list[Line]:
    """Return the lines of an answer: its rows, one a figure, put together by code, country, year and customs office.

    Raises
    ------
    UserError
        A name of a quantity, a code, a year or a unit of money is not known, or a figure stands there twice.
    """
    classes = dict(group[0].classes)
    for page in group[1:]:
        if page.classes and page.classes.get("cat02") != classes.get("cat02"):
            raise _unlike(page.path, "CLASS_INF, cat02")
    signs = {sign: meaning for page in group for sign, meaning in page.signs.items()}
    names = _names(group[0], classes.get("cat02", {}))
    figures: dict[tuple[str, str, str, str], dict[tuple[str, int], str]] = {}
    stands: dict[tuple[str, str, str, str], tuple[str, str, str]] = {}
    for page in group:
        for n, row in enumerate(page.values, start=1):
            at = f"{page.path.name}, VALUE {n}"
            code = label(row.get("@cat02"))
            if code not in names:
                raise UserError(
                    "source_cell", place=at, found=f"cat02 {code}", expected=text("expect.flag", default_lang())
                )
            measure, month, money = names[code]
            key = (label(row.get("@cat01")), label(row.get("@area")), label(row.get("@time")), label(row.get("@cat03")))
            cells = figures.setdefault(key, {})
            printed = label(row.get("$"))
            if (measure, month) in cells:
                raise UserError("source_double", place=at, what=f"{key[0]} {key[1]} {measure} {month}",
                                first=cells[measure, month], second=printed)  # fmt: skip
            unit = label(row.get("@unit")) or money
            if measure == "value" and unit not in ("", "千円"):
                raise UserError("source_cell", place=at, found=unit, expected=text("expect.unit", default_lang()))
            cells[measure, month] = printed
            if key not in stands or (measure, month) == ("value", YEAR):
                stands[key] = (f"VALUE {n}", at, page.path.name)
    return [_line(key, cells, *stands[key], classes, signs, names) for key, cells in figures.items()]


def _names(page: Page, named: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, int, str]]:
    """Return measure, month and unit of money by the code of `cat02`, read from the names: codes differ by table."""
    out = {}
    for code, about in named.items():
        name = label(about.get("@name"))
        match = _NAME.fullmatch(name)
        if not match:
            raise _unlike(page.path, f"cat02 {code}: {name}")
        kind, month, _, column = match.groups()
        measure = "value" if "金額" in kind else f"{'unit' if '単位' in kind else 'quantity'}{column or '1'}"
        if int(month or YEAR) > 12 or (measure == "value" and column):
            raise _unlike(page.path, f"cat02 {code}: {name}")
        out[code] = (measure, int(month or YEAR), label(about.get("@unit")))
    if len({(m, month) for m, month, _ in out.values()}) != len(out) or ("value", YEAR) not in {
        o[:2] for o in out.values()
    }:
        raise _unlike(page.path, f"cat02: {', '.join(out)[:80]}")
    return out


def _line(
    key: tuple[str, str, str, str], cells: dict[tuple[str, int], str], place: str, at: str, file: str,
    classes: Mapping[str, Mapping[str, Mapping[str, Any]]], signs: Mapping[str, str],
    names: Mapping[str, tuple[str, int, str]],
) -> Line:  # fmt: skip
    hs9, area, when, office = key
    if not re.fullmatch(r"\d{9}", hs9, re.ASCII):
        raise UserError("source_cell", place=at, found=f"cat01 {hs9}", expected=text("expect.hs9", default_lang()))
    if not re.fullmatch(r"50\d{3}", area, re.ASCII):
        raise UserError("source_cell", place=at, found=f"area {area}", expected=text("expect.code", default_lang()))
    if not re.fullmatch(r"(19|20)\d\d000000", when, re.ASCII):
        raise UserError("source_cell", place=at, found=f"time {when}", expected=text("expect.year", default_lang()))
    units = tuple(cells.pop((f"unit{n}", YEAR), "") for n in (1, 2))
    # No row means no trade; a month of a measure that was not asked for stays out, so that its sum is not checked.
    for measure, month, _ in names.values():
        if measure in MEASURES:
            cells.setdefault((measure, month), "0")
    return Line(hs9, area[2:], int(when[:4]), (units[0], units[1]), cells, place, at, file, office=office, signs=signs,
                named=label(classes.get("area", {}).get(area, {}).get("@name")).partition("_")[2])  # fmt: skip


def fetch_customs(
    fetcher: Fetcher, folder: Path, *, codes: Sequence[str], years: Sequence[int], address: str = API
) -> list[Path]:
    """Bring Japan's imports of some codes and years, one file a page, and return the files.

    Parameters
    ----------
    fetcher : Fetcher
        For e-Stat; it waits a second between two calls.
    folder : Path
        Where the pages go; pages of an interrupted fetch that stand there are not asked for again for a day.
    codes : sequence of str
        Nine-digit codes, or six-digit ones for all that begin so.
    years : sequence of int
        From 2001.
    address : str
        Of getStatsData.

    Raises
    ------
    UserError
        There is no key in the environment, a code or a year is none, or e-Stat does not answer as expected.
    """
    key = os.environ.get(VARIABLE, "").strip()
    if not key:
        raise UserError("fetch_key", publisher="e-Stat", variable=VARIABLE, address=REGISTER)
    folder.mkdir(parents=True, exist_ok=True)
    brought: list[Path] = []
    for table, when in _by_table(years):
        for chosen in _selections(codes):
            asked = {"statsDataId": table, "cdTime": when, **chosen, "lang": "J", "metaGetFlg": "Y", "cntGetFlg": "N"}
            brought += _fetch_answer(fetcher, folder, asked, key, address)
    if not brought:
        raise fetcher.failed("no imports of these codes in these years")
    return brought


def _by_table(years: Sequence[int]) -> Iterator[tuple[str, str]]:
    for year in years:
        if not TABLES[0][0] <= year <= TABLES[-1][1]:
            raise UserError("source_cell", found=str(year), expected=text("expect.year", default_lang()))
    for first, last, table in TABLES:
        inside = sorted({year for year in years if first <= year <= last})
        if inside:
            yield table, ",".join(f"{year}000000" for year in inside)


def _selections(codes: Sequence[str]) -> Iterator[dict[str, str]]:
    for code in codes:
        if not re.fullmatch(r"\d{6}(\d{3})?", code, re.ASCII):
            raise UserError("source_cell", found=code, expected=text("expect.hs9", default_lang()))
    nine = sorted({code for code in codes if len(code) == 9})
    for start in range(0, len(nine), MOST_CODES):
        yield {"cdCat01": ",".join(nine[start : start + MOST_CODES])}
    for code in sorted({code for code in codes if len(code) == 6}):
        yield {"cdCat01From": f"{code}000", "cdCat01To": f"{code}999"}


def _fetch_answer(fetcher: Fetcher, folder: Path, asked: dict[str, str], key: str, address: str) -> list[Path]:
    """Bring all pages of one answer; a state of the table that changes between pages is asked for anew once."""
    mark = hashlib.sha256(json.dumps(sorted(asked.items())).encode()).hexdigest()[:12]
    for fresh in (False, True):
        paths: list[Path] = []
        start, state = 1, None
        while True:
            path = folder / f"customs-{asked['statsDataId']}-{mark}-{start:09d}.json"
            page = None if fresh else _kept(path, start)
            if page is None:
                page = _fetch_page(fetcher, path, asked, start, key, address)
            if page is None:
                return []
            if state not in (None, (page.total, page.updated)):
                break
            state = (page.total, page.updated)
            paths.append(path)
            if page.next is None:
                if page.last != page.total:
                    path.unlink()
                    raise fetcher.failed(f"{page.last:,} rows of {page.total:,}, and no next page")
                return paths
            start = page.next
    raise fetcher.failed("the table changes while it is fetched")


def _kept(path: Path, start: int) -> Page | None:
    """Return a page that an interrupted fetch has left."""
    if not path.is_file() or time.time() - path.stat().st_mtime > KEPT:
        return None
    try:
        page = read_page(path, path.read_text("utf-8"))
    except (UserError, UnicodeDecodeError):
        return None  # left half-written or changed: it is brought anew
    return page if _complete(page, start) else None


def _complete(page: Page, start: int) -> bool:
    whole = page.status == 0 and page.first == start <= page.last
    whole = whole and len(page.values) == page.last - page.first + 1
    return whole and (page.next is None or page.next == page.last + 1)


def _fetch_page(fetcher: Fetcher, path: Path, asked: dict[str, str], start: int, key: str, address: str) -> Page | None:
    """Bring one page; None where e-Stat has no rows."""
    params = {**asked, "appId": key, "limit": str(MOST_ROWS), "startPosition": str(start)}
    answer = fetcher.json(address, params=params)
    content = json.dumps(answer, ensure_ascii=False).replace(key, "…")
    try:
        page = read_page(path, content)
    except UserError as error:
        raise fetcher.failed(str(error.values["found"])) from error
    if page.status == 1:
        return None
    if not _complete(page, start):
        raise fetcher.failed(
            f"rows {page.first:,}–{page.last:,} ({len(page.values):,}) instead of those from {start:,}"
        )
    part = path.with_suffix(".part")
    part.write_text(content, "utf-8")
    part.replace(path)
    return page
