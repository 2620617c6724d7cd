"""The governance estimates of the World Bank's API: pages in JSON, lists in CSV, and the calls that bring them.

An answer with HTTP 200 may hold an error, a page may come twice or not at all: the pages of an indicator must add up to
the total that each of them states.
"""

import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.figures.sources import files
from shigen.figures.sources.wgi_estimates import ADDRESS, DIMENSIONS, NAME, Estimates, Layout, year_of

if TYPE_CHECKING:
    from shigen.figures.sources.http import Fetcher

API: Final = "https://api.worldbank.org/v2"
PER_PAGE: Final = "20000"
MOST_PAGES: Final = 200
EMPTY_TRIES: Final = 3
FAMILIES: Final = (("GOV_WGI_{}.EST", "GOV_WGI_{}.SE"), ("{}.EST", "{}.STD.ERR"))
"""Ids of estimate and standard error since the revision of 2025, and before it."""
INDICATOR: Final = re.compile(
    r"(?:GOV_WGI_(?P<new>VA|PV|GE|RQ|RL|CC)[._](?P<what>EST|SE|SR|SC|SC_LB|SC_UB)"
    r"|(?P<old>VA|PV|GE|RQ|RL|CC)\.(?P<said>EST|STD\.ERR|NO\.SRC|PER\.RNK(?:\.LOWER|\.UPPER)?))"
)
STATISTICS: Final[Mapping[str, str]] = {
    "EST": "estimate", "SE": "standard_error", "STD.ERR": "standard_error", "SR": "n_sources", "NO.SRC": "n_sources",
}  # fmt: skip
COLUMNS: Final = ("Country Name", "Country Code", "Indicator Code")


@dataclass(frozen=True)
class Page:
    """One page of an indicator, as answered."""

    path: Path
    indicator: str
    number: int
    pages: int
    total: int
    updated: str
    items: Sequence[Mapping[str, Any]]


def read_api(paths: Sequence[Path]) -> Estimates:
    """Read the pages and lists of one set of calls; a list of countries among them tells which are aggregates.

    Raises
    ------
    UserError
        An answer is an error or no answer, a page is missing or comes twice, or the parts are of different updates.
    """
    pages: dict[str, list[Page]] = {}
    groups: set[str] = set()
    lists: list[tuple[str, str, Path]] = []
    for path in paths:
        if _begins(path).startswith(b"PK"):
            lists.extend((inside, content, path) for inside, content in _unpacked(path))
        elif _begins(path).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
            meta, items = _answer(path, files.read_text(path))
            if items and "iso2Code" in items[0]:
                groups |= _aggregates(path, meta, items)
            else:
                page = _page(path, meta, items)
                pages.setdefault(page.indicator, []).append(page)
        else:
            lists.append((path.name, files.read_text(path), path))
    updates = {page.updated for several in pages.values() for page in several}
    updates |= {_said_update(content) for _, content, _ in lists}
    ids = set(pages)
    for inside, content, path in lists:
        ids |= {row["Indicator Code"] for _, row in _list_rows(path, inside, content)}
    layouts = {_layout_of(paths[0], indicator) for indicator in ids}
    if len(updates - {""}) > 1 or len(layouts) > 1:  # of two updates, hence perhaps of two editions
        raise _unknown(paths[0], ", ".join(sorted(updates | ids)), max(updates) or "GOV_WGI_VA.EST")
    estimates = Estimates(paths[0], layouts.pop() if layouts else "api", stamp=max(updates, default=""), groups=groups)
    for indicator, several in pages.items():
        _whole(indicator, several)
        for page in several:
            _put_page(estimates, page)
    for inside, content, path in lists:
        _put_list(estimates, path, inside, content)
    return estimates


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def _answer(path: Path, content: str) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """Return what the answer says of itself, and its rows.

    Raises
    ------
    UserError
        It is cut, an error in an envelope of HTTP 200, or without rows.
    """
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _unknown(path, f"JSON: {error}", "[{page, pages, total}, [{indicator, country, date, value}]]") from error
    if said := message(answer):
        raise _unknown(path, said, "GOV_WGI_VA.EST")
    if not (isinstance(answer, list) and len(answer) == 2 and isinstance(answer[0], dict)):
        raise _unknown(path, content[:60], "[{page, pages, total}, [{indicator, country, date, value}]]")
    meta, items = answer
    if not (isinstance(items, list) and items and all(isinstance(item, dict) for item in items)):
        raise _unknown(path, f"total {meta.get('total')}, {str(items)[:40]}", "[{indicator, country, date, value}]")
    return meta, items


def message(answer: object) -> str:
    """Return the error that an answer holds; empty where it holds none."""
    if isinstance(answer, list) and len(answer) == 1 and isinstance(answer[0], dict):
        messages = answer[0].get("message")
        if isinstance(messages, list) and messages and isinstance(messages[0], dict):
            return f"{messages[0].get('id')}: {messages[0].get('value')}"
    return ""


def whole_number(meta: Mapping[str, Any], name: str) -> int:
    """Return a number of the envelope; older answers print it as text; -1 for anything else."""
    value = str(meta.get(name))
    return int(value) if re.fullmatch(r"\d{1,9}", value, re.ASCII) else -1


def _page(path: Path, meta: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Page:
    ids = {str((item.get("indicator") or {}).get("id")) for item in items if isinstance(item.get("indicator"), dict)}
    number, of, total = (whole_number(meta, name) for name in ("page", "pages", "total"))
    if len(ids) != 1 or min(number, of, total) < 1:
        raise _unknown(path, f"{', '.join(sorted(ids)[:3])} page {meta.get('page')}, total {meta.get('total')}",
                       "page, pages, total, GOV_WGI_VA.EST")  # fmt: skip
    return Page(path, ids.pop(), number, of, total, str(meta.get("lastupdated") or ""), items)


def _whole(indicator: str, pages: Sequence[Page]) -> None:
    """Check that the pages of an indicator are all there, once each, and hold the rows that they state.

    Raises
    ------
    UserError
        They do not.
    """
    first = pages[0]
    stated = {(page.pages, page.total) for page in pages}
    numbers = sorted(page.number for page in pages)
    expected = list(range(1, first.pages + 1))
    keys = [(str(i.get("countryiso3code")), str(i.get("country")), str(i.get("date"))) for p in pages for i in p.items]
    if len(stated) > 1 or len(set(numbers)) < len(numbers):
        numbering = "; ".join(f"{p.path.name}: page {p.number} of {p.pages}, total {p.total}" for p in pages[:5])
        raise _unknown(first.path, f"{indicator}: {numbering}", f"page 1–{first.pages}")
    if numbers != expected or len(keys) != first.total or len(set(keys)) != first.total:
        raise UserError("source_short", place=f"{first.path.name}, {indicator}",
                        found=len(set(keys)), total=first.total)  # fmt: skip


def _put_page(estimates: Estimates, page: Page) -> None:
    dimension, statistic = _meaning(page.path, page.indicator)
    if not statistic:
        estimates.left_out[f"indicator {page.indicator}"] += len(page.items)
        return
    note = page.indicator + (f", updated {page.updated}" if page.updated else "")
    for n, item in enumerate(page.items, start=1):
        where = f"{page.indicator} page {page.number}, row {n}"
        country = item.get("country")
        country = country if isinstance(country, dict) else {}
        code = item.get("countryiso3code") or country.get("id")
        if not isinstance(code, str) or "value" not in item:
            estimates.wrong(f"{page.path.name}, {where}", str(code), text("expect.code", default_lang()))
            continue
        value = item["value"]
        if not (value is None or isinstance(value, str | int | float)):
            value = str(value)
        estimates.put(dimension, code, str(country.get("value") or ""), item.get("date"), {statistic: value},
                      place=where, at=f"{page.path.name}, {where}", note=note)  # fmt: skip


def _aggregates(path: Path, meta: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the codes that the list of countries calls aggregates; the list must be whole."""
    if len(items) != whole_number(meta, "total"):
        raise UserError("source_short", place=path.name, found=len(items), total=str(meta.get("total")))
    codes = set()
    for item in items:
        region = item.get("region")
        if isinstance(region, dict) and str(region.get("value")).strip() == "Aggregates":
            codes |= {str(item.get("id")), str(item.get("iso2Code"))}
    return codes - {"", "None"}


def _unpacked(path: Path) -> list[tuple[str, str]]:
    """Return the lists in an archive; the tables about countries and indicators beside them are not figures."""
    lists = []
    with closing(files.members(path, ADDRESS)) as archive:
        for inside in archive.infolist():
            if not inside.filename.casefold().endswith(".csv") or "metadata_" in inside.filename.casefold():
                continue
            try:
                lists.append((inside.filename, archive.read(inside).decode("utf-8-sig")))
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
                raise UserError("source_archive", place=path.name, what=str(error), address=ADDRESS) from error
    if not lists:
        raise UserError("source_archive", place=path.name, what="no .csv", address=ADDRESS)
    return lists


def _said_update(content: str) -> str:
    said = re.search(r'^"?Last Updated Date"?,"?(\d{4}-\d\d-\d\d)', content[:2000], re.MULTILINE)
    return said[1] if said else ""


def _list_rows(path: Path, inside: str, content: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a list with their line numbers, from below the lines about the file."""
    begin = re.search(r'^\ufeff?"?Country Name"?,', content, re.MULTILINE)
    head = content[: begin.start()].count("\n") if begin else 0
    named = path.with_name(Path(inside).name)
    columns, rows = files.csv_rows(named, content[begin.start() :].lstrip("\ufeff") if begin else content)
    files.needs(named, columns, COLUMNS, NAME, ADDRESS)
    return [(line + head, row) for line, row in rows]


def _put_list(estimates: Estimates, path: Path, inside: str, content: str) -> None:
    """Take the rows of a list: one year a row, or the years as columns."""
    for line, row in _list_rows(path, inside, content):
        dimension, statistic = _meaning(path, row["Indicator Code"])
        at = files.place(path.with_name(Path(inside).name), line=line)
        years = {row["Year"]: row["Value"]} if "Year" in row and "Value" in row else {
            name: cell for name, cell in row.items() if year_of(name)
        }  # fmt: skip
        if not years:
            raise _unknown(path, ", ".join(row), "Year, Value")
        if not statistic:
            estimates.left_out[f"indicator {row['Indicator Code']}"] += len(years)
            continue
        for year, cell in years.items():
            estimates.put(dimension, row["Country Code"], row["Country Name"], year, {statistic: cell},
                          place=f"line {line}", at=at, note=row["Indicator Code"])  # fmt: skip


def _meaning(path: Path, indicator: str) -> tuple[str, str]:
    """Return the dimension and the column that an indicator fills; no column where we have no use for it."""
    said = INDICATOR.fullmatch(indicator.strip())
    if said is None:
        raise _unknown(path, indicator, "GOV_WGI_VA.EST")
    return DIMENSIONS[(said["new"] or said["old"]).lower()], STATISTICS.get(said["what"] or said["said"], "")


def _layout_of(path: Path, indicator: str) -> Layout:
    _meaning(path, indicator)
    return "api" if indicator.strip().startswith("GOV_WGI_") else "api_old"


def _unknown(path: Path, content: str, expected: str) -> UserError:
    return UserError("source_layout", place=path.name, source=NAME[default_lang()], found=content or "-",
                     expected=expected, address=ADDRESS)  # fmt: skip


def fetch_wgi(fetcher: "Fetcher", folder: Path, *, api: str = API) -> list[Path]:
    """Bring estimates and standard errors of the six dimensions, and the list of countries, page by page.

    The ids of the revision of 2025 are asked for first, the older ones only when those are not found.

    Raises
    ------
    UserError
        An answer is an error, a page does not come or comes twice, or the rows do not add up to the total.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = _bring(fetcher, folder, f"{api}/country", {"per_page": "400"}, "wgi_countries")
    if not paths:
        raise fetcher.failed("country: not found")
    for family in FAMILIES:
        first, *others = [form.format(short.upper()) for short in DIMENSIONS for form in family]
        brought = _series(fetcher, folder, api, first)
        if brought:
            break
    else:
        raise fetcher.failed(f"{first}: not found")
    paths += brought
    for indicator in others:
        brought = _series(fetcher, folder, api, indicator)
        if not brought:  # ids of two editions are never mixed
            raise fetcher.failed(f"{indicator}: not found")
        paths += brought
    return paths


def _series(fetcher: "Fetcher", folder: Path, api: str, indicator: str) -> list[Path]:
    params = {"source": "3", "per_page": PER_PAGE}
    return _bring(fetcher, folder, f"{api}/country/all/indicator/{indicator}", params, f"wgi_{indicator}")


def _bring(fetcher: "Fetcher", folder: Path, url: str, params: Mapping[str, str], name: str) -> list[Path]:
    """Bring all pages of one call into the folder; none where the publisher says that the indicator is not found."""
    paths: list[Path] = []
    got, total = 0, -1
    for number in range(1, MOST_PAGES + 1):
        answer, came = _call(fetcher, url, {**params, "format": "json", "page": str(number)})
        if said := message(answer):
            if number == 1 and (said.startswith("175:") or "not found" in said):
                return []
            raise fetcher.failed(f"{name}: {said}")
        if not (isinstance(answer, list) and len(answer) == 2 and isinstance(answer[0], dict)):
            raise fetcher.failed(f"{name}: {str(answer)[:60]}")
        meta, rows = answer
        stated = [whole_number(meta, word) for word in ("page", "total")]
        if stated[0] != number or (total >= 0 and stated[1] != total) or not isinstance(rows, list) or not rows:
            raise fetcher.failed(
                f"{name}: page {meta.get('page')} with total {meta.get('total')} came for page {number}"
            )
        total, got = stated[1], got + len(rows)
        paths.append(folder / f"{name}_{number}.json")
        shutil.copyfile(came, paths[-1])
        if got >= total or number >= whole_number(meta, "pages"):
            break
    if got != total:
        raise fetcher.failed(f"{name}: {got} of {total} rows")
    return paths


def _call(fetcher: "Fetcher", url: str, params: Mapping[str, str]) -> tuple[Any, Path]:
    """Return an answer and the file that holds it; an empty answer is asked for again.

    Raises
    ------
    UserError
        It is no JSON, or empty several times.
    """
    for _ in range(EMPTY_TRIES):
        came = fetcher.file(url, params=params)
        content = came.path.read_bytes()
        if content.strip():
            try:
                return json.loads(content), came.path
            except (ValueError, RecursionError) as error:
                raise fetcher.failed("the answer is no JSON") from error
    raise fetcher.failed(f"empty answers, after {EMPTY_TRIES} tries")
