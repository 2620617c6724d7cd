"""UN Comtrade: a country's own report of its imports by partner and HS6 code, out of answers of the API (JSON).

An answer holds totals and their parts (by transport, customs procedure, second partner) side by side: only the totals
are taken. It is cut at a limit without a word: an answer as long as the limit is refused.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.base.source import source
from shigen.figures.sources import hs_codes, un_codes
from shigen.figures.sources.comtrade_calls import ADDRESS, LIMIT, LIMIT_PREVIEW, fetch_comtrade
from shigen.figures.sources.files import LARGEST_TEXT, encoding_of, not_text, present, raise_first, shown
from shigen.figures.sources.reading import Reading, Row

if TYPE_CHECKING:
    from shigen.base.i18n import Lang

TERMS: Final = "UN Comtrade terms of use: own use, no passing on of the data without permission"
NAME: "Final[dict[Lang, str]]" = {"ja": "UN Comtrade（各国の輸入報告）", "en": "UN Comtrade (reported imports)"}
KEYS: Final = (
    "freqCode", "refYear", "period", "reporterCode", "flowCode", "partnerCode", "partner2Code", "classificationCode",
    "cmdCode", "customsCode", "motCode", "qtyUnitCode", "qty", "netWgt", "primaryValue",
)  # fmt: skip
TOTALS: Final = {"partner2Code": "0", "customsCode": "C00", "motCode": "0", "mosCode": "0"}
"""What each further dimension says on a row that is its total."""
FORMS: Final = {
    "freqCode": "[AM]", "flowCode": "M|X|RM|RX|DX|FM|MIP|XIP|MOP|XOP", "classificationCode": r"HS|[HSB]\d",
    "partner2Code": r"\d{1,3}", "customsCode": r"C\d\d", "motCode": r"\d{1,4}", "mosCode": r"-?\d+",
    "qtyUnitCode": r"-1|\d{1,2}", "reporterCode": r"\d{1,3}", "partnerCode": r"\d{1,3}", "cmdCode": r"\d{2,6}|[A-Z]\w*",
}  # fmt: skip
"""What the codes look like; another form is not understood."""
KILOGRAM: Final = "8"
PART: Final = "parts of a total (transport, customs procedure, second partner)"
WORLD: Final = "0"
"""Number of the world as a partner."""
TOLERANCE: Final = 0.01
"""Of a printed world total; in a public pull of 4,379 groups the partners never missed it by more."""
Key = tuple[int, str, str, str]
"""Year, reporter, partner and HS6 code."""


class Flow(NamedTuple):
    """What a record says of a key."""

    value: float
    """kUSD."""
    quantity: float | None
    """Tonnes."""
    revision: str
    """Of the HS, as Comtrade names it: H0 is of 1992, H6 of 2022."""
    where: str


@source(
    key="comtrade", name=NAME, publisher="UN Comtrade", gives=("trade",), address=ADDRESS, terms=TERMS,
    shipped=False, open=False,
    files={
        "ja": "API の応答（JSON、data/v1/get/C/A/HS または public/v1/preview/C/A/HS）。フォルダーも可",
        "en": "answers of the API (JSON, of data/v1/get/C/A/HS or public/v1/preview/C/A/HS), or a folder of them",
    },
    fetch=fetch_comtrade,
)  # fmt: skip
def read_comtrade(paths: Sequence[Path], edition: str | None = None) -> Reading:
    """Read answers of the API.

    Parameters
    ----------
    paths : sequence of Path
        JSON files, or folders of them.
    edition : str, optional
        `Comtrade 2026-11`: year and month of the pull; else that of the newest file.

    Returns
    -------
    Reading
        Table `trade`: imports of each reporter by partner, kUSD (CIF) and tonnes (gross; None where not given).

    Raises
    ------
    UserError
        An answer that is an error, cut at the limit or shorter than it says; a doubled row; partners that do not add up
        to the world; a code, year or figure that is not understood.
    """
    files = [f for path in paths for f in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    full = _edition(files, edition)
    left_out: Counter[str] = Counter()
    errors: list[UserError] = []
    seen: dict[Key, Flow] = {}
    parts: dict[Key, str] = {}
    for path in files:
        for n, record in enumerate(_records(path), start=1):
            where = f"{path.name}, record {n}"
            try:
                codes = _codes(where, record)
                if why := _left_out(codes):
                    left_out[why] += 1
                    if why == PART:
                        parts.setdefault(_key(codes), where)
                    continue
                key, flow = _flow(where, record, codes)
                first = seen.setdefault(key, flow)
                if first.where != where:
                    if first[:2] != flow[:2] or first.where.split(", record")[0] == path.name:
                        raise UserError("source_double", place=where, what="{}, {} ← {}, {}".format(*key),
                                        first=_both(*first[:2]), second=_both(*flow[:2]))  # fmt: skip
                    left_out["rows that stand in two answers"] += 1
            except UserError as error:
                errors.append(error)
    raise_first(errors)
    raise_first([_without_total(key, where) for key, where in parts.items() if key not in seen])
    raise_first(_sums(seen))
    raise_first(_revisions(seen))
    read_as = hs_codes.read_as(hs6 for _, _, partner, hs6 in seen if partner != WORLD)
    row = {
        "edition": full, "publisher": "UN Comtrade", "position": _position(full),
        "file": ", ".join(f.name for f in files[:4]) + (" …" if files[4:] else ""),
        "title": f"UN Comtrade, annual imports as reported, HS, pulled {full.removeprefix('Comtrade ')}"
        + (f" ({hs_codes.in_words(read_as)})" if read_as else ""),
        "terms": TERMS, "address": ADDRESS, "through": None,
    }  # fmt: skip
    return Reading({"trade": _rows(seen, full, left_out)}, [row], dict(left_out), files, read_as)


def _edition(files: Sequence[Path], edition: str | None) -> str:
    """Return the edition: what the user says, else the month of the newest file."""
    for path in files:
        present(path, NAME[default_lang()], ADDRESS)
    if edition:
        asked = re.fullmatch(r"(?:Comtrade )?(\d{4})-(0[1-9]|1[0-2])", edition.strip(), re.IGNORECASE | re.ASCII)
        if not asked:
            raise UserError("source_edition", place=edition, expected="Comtrade 2026-11")
        return f"Comtrade {asked[1]}-{asked[2]}"
    if not files:
        raise UserError("source_missing", place="*.json", source=NAME[default_lang()], address=ADDRESS)
    return f"Comtrade {datetime.fromtimestamp(max(f.stat().st_mtime for f in files), UTC):%Y-%m}"


def _position(edition: str) -> float:
    year, month = edition.removeprefix("Comtrade ").split("-")
    return int(year) + (int(month) - 1) / 12


def _layout(where: str, content: str, expected: str) -> UserError:
    return UserError("source_layout", place=where, source=NAME[default_lang()], found=content or "-", expected=expected,
                     address=ADDRESS)  # fmt: skip


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; a name that stands twice would silently hide the first."""
    members = dict(pairs)
    if len(members) != len(pairs):
        message = "a name stands twice in an object"
        raise ValueError(message)
    return members


def _records(path: Path) -> list[Mapping[str, Any]]:
    """Return the records of one answer, whole."""
    if path.stat().st_size > LARGEST_TEXT:
        most = f"{LARGEST_TEXT / 1e6:g} MB"
        raise UserError("source_size", place=path.name, found=f"> {most}", most=most)
    content = path.read_bytes()
    if (encoding := encoding_of(content)) != "UTF-8":
        raise not_text(path.name, encoding)
    if re.match(rb"[^\n{[]*\breporterCode\b", content.removeprefix(b"\xef\xbb\xbf"), re.IGNORECASE):
        raise UserError("source_comtrade_csv", place=path.name)
    try:
        answer = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise _layout(path.name, str(error), 'JSON: {"count": …, "data": […]}') from error
    body = answer if isinstance(answer, dict) else {}
    if body.get("error") or "statusCode" in body:
        what = str(body.get("error") or body.get("message") or body["statusCode"])
        raise UserError("fetch_failed", place=path.name, publisher="UN Comtrade", what=what, address=ADDRESS)
    records, count = body.get("data"), body.get("count")
    if not isinstance(records, list) or type(count) is not int:
        raise _layout(path.name, ", ".join(map(str, body))[:200], "count, data")
    if not all(isinstance(r, dict) for r in records):
        raise _layout(path.name, "data", '"data": [{…}]')
    if count != len(records):
        raise UserError("source_short", place=path.name, found=len(records), total=count)
    preview = all(r.get("partnerDesc") is None for r in records)
    if count >= LIMIT or (preview and count == LIMIT_PREVIEW):
        raise UserError("source_limit", place=path.name, found=f"{count:,}")
    return records


def _codes(where: str, record: Mapping[str, Any]) -> dict[str, str]:
    """Return the codes of a record as text, each in its form."""
    lacking = [key for key in KEYS if key not in record]
    if lacking:
        raise _layout(where, ", ".join(record)[:200], ", ".join(lacking))
    codes = {key: shown(record[key]).strip() for key in (*KEYS, "mosCode") if key in record}
    for key, form in FORMS.items():
        if not re.fullmatch(form, codes.get(key, "0"), re.ASCII):
            raise _cell(f"{where}, {key}", codes[key], "code")
    return codes


def _key(codes: Mapping[str, str]) -> Key:
    """Return what a record is about."""
    return (
        int(codes["refYear"]) if codes["refYear"].isdecimal() else 0,
        codes["reporterCode"],
        codes["partnerCode"],
        codes["cmdCode"],
    )


def _flow(where: str, record: Mapping[str, Any], codes: Mapping[str, str]) -> tuple[Key, Flow]:
    """Return what a record says, and of what."""
    if not re.fullmatch(r"(19|20)\d\d", codes["refYear"], re.ASCII) or codes["period"] != codes["refYear"]:
        raise _cell(f"{where}, period", f"{codes['refYear']}, {codes['period']}", "year")
    for key in ("reporterCode", "partnerCode"):
        if codes[key] not in un_codes.countries() and (key, codes[key]) != ("partnerCode", WORLD):
            raise _cell(f"{where}, {key}", codes[key], "code")
    weight, quantity = _amount(where, record, "netWgt"), _amount(where, record, "qty")
    # 0 beside a value: not given
    kilograms = weight or (quantity if codes["qtyUnitCode"] == KILOGRAM else None) or None
    tonnes = None if kilograms is None else kilograms / 1000
    return _key(codes), Flow(_value(where, record) / 1000, tonnes, codes["classificationCode"], where)


def _left_out(codes: Mapping[str, str]) -> str:
    """Return why a record is left out; nothing for one that is taken."""
    kind, hs6 = codes["classificationCode"], codes["cmdCode"]
    reasons = (
        (codes["freqCode"] != "A", "records of months"),
        (codes["flowCode"] != "M", f"flow {codes['flowCode']}"),
        (not kind.startswith("H"), f"classification {kind}"),
        (not re.fullmatch(r"\d{6}", hs6, re.ASCII), "codes that are not HS6"),
        (hs6 not in hs_codes.wanted(), "HS codes of no mineral"),
        (codes["partnerCode"] in un_codes.groups(), "partners that are groups of countries"),
        (
            any(codes.get(key, total) != total for key, total in TOTALS.items()),
            PART,
        ),
    )
    return next((why for holds, why in reasons if holds), "")


def _value(where: str, record: Mapping[str, Any]) -> float:
    """Return the value of a record in USD: its CIF or, where a country reports so, its FOB value."""
    value = _amount(where, record, "primaryValue")
    if value is None:
        raise _cell(f"{where}, primaryValue", "null", "number")
    either = [v for v in (_amount(where, record, "cifvalue"), _amount(where, record, "fobvalue")) if v]
    if either and not any(math.isclose(value, v, rel_tol=1e-6) for v in either):
        raise UserError("source_double", place=where, what="primaryValue", first=f"{value:.15g}",
                        second=f"{either[0]:.15g}")  # fmt: skip
    return value


def _amount(where: str, record: Mapping[str, Any], key: str) -> float | None:
    """Return a figure of a record; None where it is null."""
    figure = record.get(key)
    if figure is None:
        return None
    if type(figure) not in (int, float) or not math.isfinite(figure) or not 0 <= figure < 1e300:
        raise _cell(f"{where}, {key}", str(figure), "number")
    return float(figure)


def _cell(where: str, printed: str, expected: str) -> UserError:
    means = text(f"expect.{expected}", default_lang())
    return UserError("source_cell", place=where, found=printed or "-", expected=means)


def _both(value: float, quantity: float | None) -> str:
    return f"{value:.15g} kUSD, {'-' if quantity is None else f'{quantity:.15g} t'}"


def _without_total(key: Key, where: str) -> UserError:
    """Return the error that says that a flow stands there in parts alone: they may not be all of it."""
    year, reporter, partner, hs6 = key
    countries = un_codes.countries() | {WORLD: names.WORLD}
    what = f"{countries.get(reporter, reporter)} ← {countries.get(partner, partner)} {year} {hs6}"
    return UserError("source_parts", place=where, what=what)


def _revisions(seen: Mapping[Key, Flow]) -> list[UserError]:
    """Find imports that stand there in two revisions of the HS: by their codes they would be counted twice."""
    first: dict[tuple[int, str, str], tuple[str, Flow]] = {}
    errors: dict[tuple[int, str, str], UserError] = {}
    merged = hs_codes.concordance()
    for (year, reporter, _, hs6), flow in seen.items():
        where = year, reporter, merged.get(hs6, hs6)
        known, earlier = first.setdefault(where, (hs6, flow))
        if known != hs6 and earlier.revision != flow.revision:
            what = f"{un_codes.countries()[reporter]} {year}"
            errors.setdefault(where, UserError(
                "source_revisions", place=flow.where, what=what, target=where[2],
                first=f"{known} ({earlier.revision})", second=f"{hs6} ({flow.revision})"))  # fmt: skip
    return list(errors.values())


def _sums(seen: Mapping[Key, Flow]) -> list[UserError]:
    """Compare the partners of each year, reporter and code with the printed world, where both were asked for."""
    partners: dict[tuple[int, str, str], float] = {}
    for (year, reporter, partner, hs6), flow in seen.items():
        if partner != WORLD:
            partners[year, reporter, hs6] = partners.get((year, reporter, hs6), 0.0) + flow.value
    errors = []
    for (year, reporter, partner, hs6), (world, _, _, where) in seen.items():
        partners_sum = partners.get((year, reporter, hs6))
        if partner == WORLD and partners_sum is not None and abs(partners_sum - world) > TOLERANCE * world:
            what = f"{un_codes.countries()[reporter]} {year} {hs6} [kUSD]"
            errors.append(
                UserError("source_sum", place=where, what=what, found=f"{partners_sum:,.3f}", total=f"{world:,.3f}")
            )
    return errors


def _rows(seen: Mapping[Key, Flow], edition: str, left_out: "Counter[str]") -> list[Row]:
    """Return rows of the table by codes of the map; areas that are no country are one partner (OTH)."""
    countries, merged = un_codes.countries(), hs_codes.concordance()
    flows: dict[tuple[str, int, str, str], Row] = {}
    for (year, reporter, partner, published), (value, quantity, _, where) in seen.items():
        hs6 = merged.get(published, published)
        if partner == WORLD:
            left_out["world totals (compared with the partners)"] += 1
            continue
        importer, exporter = countries[reporter], countries[partner]
        if importer == exporter:
            left_out["flows of a country with itself"] += 1
            continue
        row = flows.get((hs6, year, importer, exporter))
        if row:
            known = row["quantity_t"] is not None and quantity is not None
            row["value_kusd"] += value
            row["quantity_t"] = row["quantity_t"] + quantity if known else None
            continue
        flows[hs6, year, importer, exporter] = {
            "hs6": hs6, "year": year, "importer": importer, "exporter": exporter, "value_kusd": value,
            "quantity_t": quantity, "edition": edition, "place": where,
        }  # fmt: skip
    return list(flows.values())
