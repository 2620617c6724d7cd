"""British Geological Survey, World Mineral Statistics: production by commodity and country, from 1970.

The figures may not be passed on without the survey's leave; they stay on the machine of the user who fetched them. The
service (OGC API Features) answers in pages; a page that is missing is an error, never the end. There is no world
total: whoever needs one adds up the countries.
"""

import json
import math
import os
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.base.source import source
from shigen.figures.factbase import sha256
from shigen.figures.sources import files
from shigen.figures.sources.maps import name_map
from shigen.figures.sources.reading import Reading, Row

if TYPE_CHECKING:
    from shigen.figures.sources.http import Fetcher

NAME: Final = {
    "ja": "英国地質調査所（BGS）World Mineral Statistics",
    "en": "World Mineral Statistics of the British Geological Survey (BGS)",
}
ADDRESS: Final = "https://www.bgs.ac.uk/mineralsuk/statistics/world-mineral-statistics/"
API: Final = "https://ogcapi.bgs.ac.uk/collections/world-mineral-statistics/items"
TERMS: Final = "© UKRI, by permission of the British Geological Survey; terms not read: do not pass the figures on"
PAGE: Final = 2000
"""Rows asked for at a time; answers of 10,000 have come cut off."""
UNITS: Final = {
    "tonnes": (1.0, ""), "tonnes (metric)": (1.0, ""), "kilograms": (0.001, ""),
    "tonnes (metal content)": (1.0, "metal"), "kilograms (metal content)": (0.001, "metal"),
    "tonnes (k2o content)": (1.0, "K2O"), "tonnes (k20 content)": (1.0, "K2O"),
}  # fmt: skip
"""Tonnes of a unit, and the content that it names; the service has written K2O with a zero."""
USED: Final = (
    "bgs_commodity_trans", "bgs_statistic_type_trans", "country_trans", "country_iso3_code", "year", "quantity",
    "quantity_in_book_style", "units",
)  # fmt: skip


def fetch_bgs(
    fetcher: "Fetcher", folder: Path, *, api: str = API, commodities: Collection[str] | None = None, page: int = PAGE
) -> list[Path]:
    """Fetch production of the commodities that the package carries, one file for each of the survey's names.

    Parameters
    ----------
    fetcher : Fetcher
        The way to the network.
    folder : Path
        Takes the files.
    api : str
        Address of the items.
    commodities : collection of str, optional
        Keys of the package; all where not given.
    page : int
        Rows asked for at a time.

    Raises
    ------
    UserError
        An answer is no page of the service, or pages are missing or repeated.
    """
    wanted = {name for (name, _), row in _known_series().items() if not commodities or row["commodity"] in commodities}
    folder.mkdir(parents=True, exist_ok=True)
    brought = []
    for name in sorted(wanted):
        features: list[Any] = []
        ids: set[str] = set()
        matched, stamp = None, ""
        while matched is None or len(features) < matched:
            answer = fetcher.json(
                api,
                params={
                    "f": "json", "bgs_commodity_trans": name, "bgs_statistic_type_trans": "Production",
                    "limit": str(page), "offset": str(len(features)),
                },
            )  # fmt: skip
            got = answer.get("features") if isinstance(answer, dict) else None
            whole = answer.get("numberMatched") if isinstance(answer, dict) else None
            if not isinstance(got, list) or not isinstance(whole, int) or isinstance(whole, bool):
                raise fetcher.failed(f"{name}: no features or no numberMatched")
            if matched is not None and whole != matched:
                raise fetcher.failed(f"{name}: {matched} rows, then {whole}")
            matched, stamp = whole, stamp or str(answer.get("timeStamp") or "")
            new = {_id(feature) for feature in got}
            if len(new) < len(got) or new & ids:
                raise fetcher.failed(f"{name}: a page came twice")
            if not got and len(features) < matched:
                raise fetcher.failed(f"{name}: {len(features)} of {matched} rows")
            ids |= new
            features += got
        if len(features) > matched:
            raise fetcher.failed(f"{name}: {len(features)} rows instead of {matched}")
        path = folder / f"bgs-{re.sub('[^a-z0-9]+', '-', name)}.json"
        part = path.with_suffix(".part")
        content = {
            "type": "FeatureCollection", "numberMatched": matched, "numberReturned": len(features),
            "timeStamp": stamp or datetime.now(UTC).isoformat(timespec="seconds"), "features": features,
        }  # fmt: skip
        part.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        os.replace(part, path)
        brought.append(path)
    return brought


@source(
    key="bgs", name=NAME, publisher="BGS", gives=("production",), address=ADDRESS, terms=TERMS, shipped=False,
    files={
        "ja": "World Mineral Statistics の API（items, f=json）の応答。分割されている場合は全ページ",
        "en": "answers of the API of World Mineral Statistics (items, f=json); all pages where there are several",
    },
    fetch=fetch_bgs,
)  # fmt: skip
def read_bgs(paths: Sequence[Path], edition: str | None = None) -> Reading:
    """Read answers of the service.

    Parameters
    ----------
    paths : sequence of Path
        JSON files; the pages of one question may be several files.
    edition : str, optional
        Such as `BGS 2026`; without it the year in which the service answered.

    Returns
    -------
    Reading
        Production, series `bgs` in tonnes of the package's basis; `bgs_other_basis` where the survey's basis cannot be
        turned into it.

    Raises
    ------
    UserError
        A page is missing, or anything in a file is not understood.
    """
    left_out: Counter[str] = Counter()
    features: list[tuple[Path, int, dict[str, Any]]] = []
    edition = _pages(paths, edition, features, left_out)
    rows: list[Row] = []
    errors: list[UserError] = []
    seen: dict[tuple[str, str, str, int], Row] = {}
    for path, number, properties in features:
        try:
            row = _row(path, number, properties, left_out)
        except UserError as error:
            errors.append(error)
            continue
        if row is None:
            continue
        key = (row["commodity"], row["step"], row["country"], row["year"])
        first = seen.setdefault(key, row)
        if first is row:
            rows.append(row | {"edition": edition})
        elif first["published"] != row["published"] or first["published_unit"] != row["published_unit"]:
            errors.append(
                UserError("source_double", place=_at(path, number), first=f"{first['published']}",
                          what=f"{properties['bgs_commodity_trans']}, {row['published_name']}, {row['year']}",
                          second=f"{row['published']}")
            )  # fmt: skip
        else:
            left_out["row repeated"] += 1
    files.raise_first(errors)
    listed = {
        "edition": edition, "publisher": "BGS", "position": int(edition.removeprefix("BGS ")),
        "file": "; ".join(path.name for path in paths),
        "title": f"World Mineral Statistics, as of {edition.removeprefix('BGS ')}", "terms": TERMS, "address": ADDRESS,
        "through": None, "sha256": " ".join(sha256(path) for path in paths),
    }  # fmt: skip
    return Reading({"production": rows}, [listed], dict(left_out), tuple(paths))


def _at(path: Path, number: int) -> str:
    """Return the place of a feature; its number stands for the line, which an answer without breaks does not have."""
    return files.place(path, row=number, column="features")


def _id(feature: object) -> str:
    """Return what tells one feature from another: its own id, else all of it."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    known = properties.get("synthetic_id") if isinstance(properties, dict) else None
    return json.dumps(known if known is not None else feature, sort_keys=True)


def _pages(
    paths: Sequence[Path], edition: str | None, into: list[tuple[Path, int, dict[str, Any]]], left_out: Counter[str]
) -> str:
    """Collect the features of all files, each once, and return the edition.

    Raises
    ------
    UserError
        A file is no answer of the service, rows are missing, or no year of edition is known.
    """
    years: set[str] = set()
    seen: dict[str, dict[str, Any]] = {}
    short: dict[int, set[str]] = {}
    for path in paths:
        answer = _answer(path)
        got, matched = answer["features"], answer["numberMatched"]
        if not got and not matched:
            left_out[f"answer without rows: {path.name}"] += 1
        ids: set[str] = set()
        for number, feature in enumerate(got, start=1):
            properties, which = _properties(path, feature), _id(feature)
            ids.add(which)
            if which not in seen:
                seen[which] = properties
                into.append((path, number, properties))
            elif seen[which] != properties:
                raise UserError("source_double", place=_at(path, number), what=f"synthetic_id {which}",
                                first=files.shown(seen[which]["quantity"]) or "-",
                                second=files.shown(properties["quantity"]) or "-")  # fmt: skip
            else:
                left_out["row repeated"] += 1
        if len(ids) != matched:  # a page: its sisters must be there too
            short.setdefault(matched, set()).update(ids)
        stamp = re.match(r"(20\d\d)-\d\d-\d\d", str(answer.get("timeStamp") or ""), re.ASCII)
        years.update([stamp[1]] if stamp else [])
    for matched, ids in short.items():
        if len(ids) != matched:
            raise UserError("source_short", place=", ".join(p.name for p in paths[:5]), found=len(ids), total=matched)
    if edition is None and years:
        edition = f"BGS {max(years)}"
    if edition is None or not re.fullmatch(r"BGS 20\d\d", edition, re.ASCII):
        raise UserError("source_edition", place=", ".join(path.name for path in paths[:5]), expected="BGS 2026")
    return edition


def _properties(path: Path, feature: object) -> dict[str, Any]:
    """Return what a feature says; it must hold every property that is used."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise _layout(path, "-", "properties")
    lacking = [name for name in USED if name not in properties]
    if lacking:
        raise _layout(path, ", ".join(list(properties)[:12]), ", ".join(lacking))
    return properties


def _layout(path: Path, content: str, expected: str) -> UserError:
    return UserError("source_layout", place=path.name, source=NAME[default_lang()], found=content, expected=expected,
                     address=ADDRESS)  # fmt: skip


def _answer(path: Path) -> dict[str, Any]:
    """Return an answer of the service."""
    content = files.read_text(files.present(path, NAME[default_lang()], ADDRESS))
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _layout(path, str(error)[:120], "JSON") from error
    if not isinstance(answer, dict) or not isinstance(answer.get("features"), list):
        raise _layout(path, ", ".join(answer)[:120] if isinstance(answer, dict) else "-", "features")
    matched = answer.get("numberMatched")
    if not isinstance(matched, int) or isinstance(matched, bool):
        raise _layout(path, ", ".join(answer)[:120], "numberMatched")
    return answer


@cache
def _known_series() -> dict[tuple[str, str], Mapping[str, str]]:
    return {(row["name"].casefold(), row["sub"].casefold()): row for row in name_map("bgs_series")}


@cache
def _known_countries() -> Mapping[str, str]:
    """Names and codes that the package does not know; an empty key is a country that is no more."""
    return {
        word.casefold(): row["country"]
        for row in name_map("bgs_countries")
        for word in (row["code"], row["printed"])
        if word
    }


def _word(properties: Mapping[str, Any], name: str) -> str:
    return files.heading(properties.get(name))


def _row(path: Path, number: int, properties: Mapping[str, Any], left_out: Counter[str]) -> Row | None:
    """Return the fact of one feature; None where the package has no use for it, which is counted."""
    kind = _word(properties, "bgs_statistic_type_trans")
    if kind.casefold() != "production":
        left_out[f"statistic {kind or '-'}"] += 1
        return None
    name, sub = _word(properties, "bgs_commodity_trans"), _word(properties, "bgs_sub_commodity_trans")
    series = _known_series().get((name.casefold(), sub.casefold()))
    if series is None:
        left_out[f"commodity {name}, {sub}" if sub else f"commodity {name}"] += 1
        return None
    country = _country(path, number, properties)
    if not country:
        left_out[f"former country {_word(properties, 'country_trans')}"] += 1
        return None
    unit = _word(properties, "units")
    tonnes, content = UNITS.get(unit.casefold(), (math.nan, ""))
    if math.isnan(tonnes) or (content != series["content"] and (content or series["content"] != "metal")):
        raise _wrong(path, number, "unit", unit)
    year = re.fullmatch(r"((19|20)\d\d)-01-01([T ]00:00:00(\.0+)?(Z|\+00:00)?)?", _word(properties, "year"), re.ASCII)
    if not year:
        raise _wrong(path, number, "year", _word(properties, "year"))
    value, flag, printed = _quantity(path, number, properties)
    half = flag == "bound"
    said = " | ".join(_word(properties, n) for n in ("concat_figure_notes_text", "concat_table_notes_text")).strip(" |")
    estimated = "estimate" in f"{said} {_word(properties, 'data_precision_description')}".casefold()
    notes = (series["note"], said, "under half a unit" if half else "")
    return {
        "commodity": series["commodity"], "country": country, "step": series["step"], "series": series["series"],
        "year": int(year[1]), "value": None if value is None else value * tonnes, "unit": "t",
        "flag": "estimated" if flag == "official" and estimated else flag, "basis": series["basis"],
        "published": printed, "published_unit": unit, "published_name": _word(properties, "country_trans"),
        "note": "; ".join(note for note in notes if note) or None, "place": f"feature {number}",
    }  # fmt: skip


def _quantity(path: Path, number: int, properties: Mapping[str, Any]) -> tuple[float | None, str, str]:
    """Return the figure, its flag and the figure as printed; missing, nil and under half a unit stay apart."""
    figure, printed = properties["quantity"], _word(properties, "quantity_in_book_style")
    said = _word(properties, "data_precision_description").casefold()
    if figure is not None and (
        isinstance(figure, bool) or not isinstance(figure, int | float) or not 0 <= figure < 1e300
    ):
        raise _wrong(path, number, "number", str(figure))
    value = None if figure is None else float(figure)
    missing = printed in ("...", "…") or "not available" in said
    nil = bool(re.fullmatch(r"[-–—]+", printed)) or said.startswith("nil")
    if (missing and (nil or value)) or (nil and value) or (value is None and not missing and not nil):
        raise _wrong(path, number, "number", f"{files.shown(figure) or '-'} / {printed or '-'} / {said or '-'}")
    if missing:
        return None, "not_available", printed or "..."
    if nil:
        return 0.0, "zero", printed or "-----"
    book = files.number(re.sub(r"(?<=\d) (?=\d{3})", "", printed))
    if book is not None and value is not None:
        step = 10.0 ** -len(printed.partition(".")[2])
        if abs(book - value) > step * (0.5 + 1e-9):
            raise UserError("source_double", place=_at(path, number), what="quantity", first=files.shown(figure),
                            second=printed)  # fmt: skip
    if value == 0:
        return 0.5, "bound", printed or "0"
    return value, "official", printed or files.shown(figure)


def _wrong(path: Path, number: int, expected: str, cell: str) -> UserError:
    return UserError("source_cell", place=_at(path, number), found=cell or "-",
                     expected=text(f"expect.{expected}", default_lang()))  # fmt: skip


def _country(path: Path, number: int, properties: Mapping[str, Any]) -> str:
    """Return the country's key; empty for one that is no more. Code and name must not contradict each other."""
    code, printed = _word(properties, "country_iso3_code"), _word(properties, "country_trans")
    known = _known_countries()
    by_name = known.get(printed.casefold())
    if by_name is None:
        try:
            by_name = names.country(printed)
        except UserError as error:
            if not code:
                raise _unknown(path, number, printed, error.suggestions) from error
    if not code:
        return by_name or ""
    by_code = known.get(code.casefold(), code if code in names.countries() else None)
    if by_code is None:
        raise _unknown(path, number, f"{code} ({printed})", ())
    if by_name is not None and by_name != by_code:
        raise UserError("source_double", place=_at(path, number), what="country", first=code, second=printed)
    return by_code


def _unknown(path: Path, number: int, word: str, suggestions: Sequence[str]) -> UserError:
    return UserError("source_name", place=_at(path, number), word=word or "-", suggestions=suggestions,
                     kind=text("column.country", default_lang()).lower())  # fmt: skip
