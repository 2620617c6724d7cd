"""The calls to UN Comtrade: few, each kept in a file of its own, so that a pull that was stopped goes on.

A key (environment variable COMTRADE_KEY) allows 500 calls a day of 100,000 records; without one there is a preview of
one year and 500 records a call. An answer is cut at the limit without a word, so one that reaches it is asked for anew
in halves.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.figures.sources import un_codes

if TYPE_CHECKING:
    from shigen.figures.sources.http import Fetcher

API: Final = "https://comtradeapi.un.org"
REGISTER: Final = "https://comtradedeveloper.un.org/"
ADDRESS: Final = REGISTER
"""Where answers of the API are had by hand; the pages of comtradeplus.un.org give a CSV, which is not read."""
VARIABLE: Final = "COMTRADE_KEY"
LIMIT: Final = 100_000
LIMIT_PREVIEW: Final = 500
PERIODS: Final = 12
"""Years that one call may name."""
CODES_PREVIEW: Final = 4
"""Codes of a preview's call: a large importer has some hundred partners for each."""


@dataclass(frozen=True)
class Call:
    """What one call asks for."""

    reporter: str
    """The reporter's number."""
    years: tuple[int, ...]
    hs6: tuple[str, ...]

    @property
    def name(self) -> str:
        """A file name that says what it holds; the hash tells apart what the words do not."""
        whole = json.dumps([self.reporter, self.years, self.hs6])
        span = f"{self.years[0]}-{self.years[-1]}" if self.years[1:] else f"{self.years[0]}"
        codes = f"{self.hs6[0]}-{self.hs6[-1]}" if self.hs6[1:] else self.hs6[0]
        return f"comtrade_imports_{self.reporter}_{span}_{codes}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"

    def halves(self) -> "tuple[Call, Call] | None":
        """Return two calls that bring the same: half the years, else half the codes; None where there is one each."""
        if len(self.years) > 1:
            middle = len(self.years) // 2
            return replace(self, years=self.years[:middle]), replace(self, years=self.years[middle:])
        if len(self.hs6) > 1:
            middle = len(self.hs6) // 2
            return replace(self, hs6=self.hs6[:middle]), replace(self, hs6=self.hs6[middle:])
        return None


def fetch_comtrade(
    fetcher: "Fetcher", folder: Path, *, reporters: Sequence[str], years: Sequence[int], hs6: Sequence[str]
) -> list[Path]:
    """Bring the imports of some countries, and return the files of answers.

    Files that are there are not asked for again: a pull that a quota stopped goes on with the same call.

    Parameters
    ----------
    reporters : sequence of str
        Countries or blocs (their members), by code or name.
    years, hs6 : sequences
        What to ask for.

    Raises
    ------
    UserError
        The quota is used up (what was brought stays), the key is refused, or Comtrade does not answer as expected.
    """
    secret = os.environ.get(VARIABLE, "").strip()
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    waiting = list(_calls(reporters, sorted(set(years)), sorted(set(hs6)), preview=not secret))
    while waiting:
        call = waiting.pop(0)
        target, parted = folder / f"{call.name}.json", folder / f"{call.name}.split"
        if target.is_file():
            paths.append(target)
            continue
        if not parted.is_file():
            content = _ask(fetcher, call, secret)
            if content is not None:
                _keep(target, content)
                paths.append(target)
                continue
            if call.halves() is None:
                raise fetcher.failed(f"{call.name} reaches the limit of one call and cannot be split")
            _keep(parted, b"")
        waiting[:0] = call.halves() or ()
    return paths


def _calls(reporters: Sequence[str], years: list[int], hs6: list[str], *, preview: bool) -> Iterator[Call]:
    """Yield the calls that a pull begins with; the preview takes one year a call."""
    homes = [home for word in reporters for home in names.members(names.importer(word))]
    many, most = (1, CODES_PREVIEW) if preview else (PERIODS, len(hs6))
    for home in dict.fromkeys(homes):
        for n in range(0, len(years), many):
            for m in range(0, len(hs6), most):
                yield Call(_reporter(home), tuple(years[n : n + many]), tuple(hs6[m : m + most]))


def _reporter(home: str) -> str:
    """Return the number under which a country reports.

    Raises
    ------
    UserError
        It does not: Taiwan stands in Comtrade as a partner only.
    """
    code = next(row["comtrade_code"] for row in names.codes() if row["iso3"] == home)
    if home == "TWN" or un_codes.countries().get(code) != home:
        raise UserError("source_name", kind="reporter", word=home)
    return code


def _ask(fetcher: "Fetcher", call: Call, secret: str) -> bytes | None:
    """Return the answer to a call, checked; None where it reaches the limit."""
    limit = LIMIT if secret else LIMIT_PREVIEW
    params = {
        "reporterCode": call.reporter, "period": ",".join(map(str, call.years)), "cmdCode": ",".join(call.hs6),
        "flowCode": "M", "partner2Code": "0", "customsCode": "C00", "motCode": "0", "maxRecords": str(limit),
        "format": "JSON", "includeDesc": "true",
    }  # fmt: skip
    way = "data/v1/get" if secret else "public/v1/preview"
    try:
        fetched = fetcher.file(
            f"{API}/{way}/C/A/HS", params=params, headers={"Ocp-Apim-Subscription-Key": secret} if secret else {}
        )
    except UserError as error:
        if error.key == "fetch_quota" and "subscription key" in str(error.values.get("what")):
            raise UserError("fetch_key", publisher="UN Comtrade", variable=VARIABLE, address=REGISTER) from error
        raise
    content = fetched.path.read_bytes()
    try:
        answer: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise fetcher.failed("the answer is no JSON") from error
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), list) or answer.get("error"):
        said = answer.get("error") or answer.get("message") if isinstance(answer, dict) else ""
        raise fetcher.failed(str(said or "an answer without data"))
    if answer.get("count") != len(answer["data"]):
        raise fetcher.failed(f"{len(answer['data'])} of {answer.get('count')} records")
    return content if len(answer["data"]) < limit else None


def _keep(target: Path, content: bytes) -> None:
    """Write a file as a whole or not at all."""
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(content)
    part.replace(target)
