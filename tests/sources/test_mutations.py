"""Two thousand damaged files, a quarter of them with every commit: each ends in facts or in one clear error.

And no sum of countries goes wrong unseen. What a file prints twice can be checked: where the countries of a block stood
up to its printed total and a damaged figure makes them miss it, the check that every update runs must say so. A figure
that is printed once has no witness.
"""

import io
import os
import random
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from shigen.base.errors import UserError
from shigen.figures import checks
from shigen.figures.schema import frame, tables
from shigen.figures.sources import sources

FILES = Path(__file__).parent / "files"
SAMPLES = [
    # source, files read together, edition where the file does not say it
    ("usgs_mcs", ("mcs2023-cobal_world.csv",), None),
    ("usgs_mcs", ("mcs2024-raree_world.csv",), None),
    ("usgs_mcs", ("MCS2026_excerpt.zip",), None),
    ("usgs_ds140", ("ds140-rare-earths-2020.xlsx",), None),
    ("wgi", ("wgidataset-2024-excerpt.xlsx",), None),
    ("wgi", ("api-v2-GOV_WGI_GE.EST-page1-synthetic.json", "api-v2-GOV_WGI_GE.EST-page2-synthetic.json"), None),
    ("pink_sheet", ("CMO-Historical-Data-Annual-2025-05-excerpt.xlsx",), None),
    ("baci", ("BACI_HS17_Y2023_V202601-synthetic.csv", "country_codes_V202601-excerpt-synthetic.csv"), None),
    ("comtrade", ("data-v1-get-C-A-HS-synthetic.json",), "Comtrade 2026-11"),
    ("customs_japan", ("estat-hs-by-country-import-2024-synthetic.csv",), None),
    ("wmd", ("6.4-2026-synthetic.xlsx",), None),
    ("bgs", ("items-synthetic.json",), None),
    ("eu_crm", ("transcription-synthetic.csv",), None),
]
EACH = 156 if os.environ.get("SHIGEN_EXAMPLES") == "thorough" else 39
"""Damaged copies of each sample: 13 samples make 2,028 by `./run prove`, 507 by `./run test`."""


def _flip(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]


def _digit(content: bytes, rng: random.Random) -> bytes:
    places = [i for i, byte in enumerate(content) if chr(byte).isdigit()]
    at = rng.choice(places) if places else 0
    return content[:at] + str(rng.randrange(10)).encode() + content[at + 1 :]


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))]


def _lines(change: Callable[[list[bytes], random.Random], list[bytes]]) -> Callable[[bytes, random.Random], bytes]:
    def changed(content: bytes, rng: random.Random) -> bytes:
        return b"".join(change(content.splitlines(keepends=True), rng))

    return changed


def _double(lines: list[bytes], rng: random.Random) -> list[bytes]:
    at = rng.randrange(len(lines))
    return [*lines[:at], lines[at], *lines[at:]]


def _drop(lines: list[bytes], rng: random.Random) -> list[bytes]:
    at = rng.randrange(len(lines))
    return lines[:at] + lines[at + 1 :]


def _columns(lines: list[bytes], rng: random.Random) -> list[bytes]:
    first, second = rng.randrange(6), rng.randrange(6)
    swapped = []
    for line in lines:
        cells = line.rstrip(b"\r\n").split(b",")
        if max(first, second) < len(cells):
            cells[first], cells[second] = cells[second], cells[first]
        swapped.append(b",".join(cells) + b"\n")
    return swapped


def _unit(content: bytes, rng: random.Random) -> bytes:
    pairs = [(b"_t_", b"_kt_"), (b"metric tons", b"kilograms"), (b"KG", b"MT"), (b"tonnes", b"pounds"),
             (b"metr. t", b"kg"), (b"$/mt", b"$/kg"), (b'"qtyUnitCode": 8', b'"qtyUnitCode": 5')]  # fmt: skip
    held = [pair for pair in pairs if pair[0] in content]
    return content.replace(*rng.choice(held)) if held else _flip(content, rng)


def _encoding(content: bytes, rng: random.Random) -> bytes:
    try:
        return content.decode("utf-8").encode(rng.choice(["utf-16", "utf-8-sig", "cp932", "utf-7"]), "replace")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").encode("utf-8")


DAMAGES = (_flip, _flip, _digit, _digit, _cut, _lines(_double), _lines(_drop), _lines(_columns), _unit, _encoding)


def _damaged(content: bytes, rng: random.Random) -> bytes:
    """Return damaged content; of a zip archive or workbook, half the time one of its members is damaged inside."""
    if content[:2] != b"PK" or rng.random() < 0.5:
        return rng.choice(DAMAGES)(content, rng)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        names = archive.namelist()
        chosen = rng.choice([name for name in names if "sheet" in name or "shared" in name.casefold()] or names)
        for name in names:
            inside = archive.read(name)
            copy.writestr(name, rng.choice(DAMAGES)(inside, rng) if name == chosen else inside)
    return made.getvalue()


def _missed(rows: Iterable[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Return the blocks whose countries miss their printed total, by the check that an update runs."""
    with duckdb.connect() as connection:
        connection.register("production", frame(tables()["production"], list(rows)))
        connection.execute(
            'create table sum_exceptions ("table" text, commodity text, series text, year int, edition text)'
        )
        found = connection.execute(checks.SUMS.format(table="production")).fetchall()
    return {row[:4] for row in found}


def _by_block(rows: Iterable[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, float]]:
    found: dict[tuple[Any, ...], dict[str, float]] = {}
    for row in rows:
        block = tuple(row[key] for key in ("commodity", "series", "year", "edition"))
        found.setdefault(block, {})[row["country"]] = row["value"]
    return found


@pytest.mark.parametrize(("key", "names", "edition"), SAMPLES, ids=[f"{key}-{names[0]}" for key, names, _ in SAMPLES])
def test_every_damaged_file_ends_in_facts_or_in_a_clear_error(
    key: str, names: tuple[str, ...], edition: str | None, tmp_path: Path
) -> None:
    source, rng = sources()[key], random.Random(20261124)  # noqa: S311
    whole = source.read([FILES / key / name for name in names], edition)
    sound = _by_block(whole.tables.get("production", ()))
    refused = 0
    for number in range(EACH):
        folder = tmp_path / str(number)
        folder.mkdir()
        paths = [folder / name for name in names]
        hurt = rng.randrange(len(names))
        for i, (name, path) in enumerate(zip(names, paths, strict=True)):
            content = (FILES / key / name).read_bytes()
            path.write_bytes(_damaged(content, rng) if i == hurt else content)
        try:
            reading = source.read(paths, edition)
        except UserError as error:
            refused += bool(error.message("en") and error.message("ja"))
            continue
        rows = list(reading.tables.get("production", ()))
        found = _by_block(rows)
        changed = [block for block in set(sound) & set(found) if sound[block] != found[block]]
        if changed:
            missed = _missed(rows)
            for block in changed:
                assert block in missed or not _must_miss(sound[block], found[block]), (number, block)
    assert refused > EACH / 4


def _must_miss(before: dict[str, float], after: dict[str, float]) -> bool:
    """Tell whether a change must show: the total stood, all were named, and they moved by more than its rounding."""
    total = after.get("WLD")
    if (
        total is None
        or total != before.get("WLD")
        or set(before) != set(after)
        or None in (*before.values(), *after.values())
    ):
        return False
    was, now = (sum(v for c, v in one.items() if c != "WLD") for one in (before, after))
    exact = "OTH" in before and abs(was - total) <= 0.005 * total
    return (exact and abs(now - total) > 0.15 * total) or now > 1.15 * total
