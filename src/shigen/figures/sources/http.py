"""The one door to the network: polite, patient, and honest about what it brought.

Answers are kept in a cache folder with their ETag or date and validated on the next call; a call that the publisher
limits is repeated after the time that it asks for. Keys go into headers or parameters, never into a name or a message.
"""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from shigen.base.errors import UserError
from shigen.base.whole import vanishing

AGENT: Final = "shigen/0.1 (mineral supply workbench; one request at a time)"
TIMEOUT: Final = httpx.Timeout(60.0, connect=20.0)
TRIES: Final = 5
LONGEST_WAIT: Final = 120.0
LARGEST: Final = 4_000_000_000
"""Bytes of a download."""


@dataclass(frozen=True)
class Fetched:
    """One file that was brought: where from (without keys), when, and its hash."""

    path: Path
    address: str
    at: str
    sha256: str
    fresh: bool
    """False: the publisher said that the copy in the cache is still the newest."""


class Fetcher:
    """Brings files and answers of one publisher.

    Parameters
    ----------
    publisher, address : str
        For messages: who did not answer, and the page for a download by hand.
    cache : Path
        Folder of the answers kept.
    tell : callable, optional
        Hears of progress: (bytes so far, bytes in all or 0).
    pause : float
        Seconds between two calls.
    wait : callable
        Waits some seconds; tests pass their own.
    """

    def __init__(
        self, publisher: str, address: str, cache: Path, *, tell: Callable[[int, int], object] | None = None,
        pause: float = 1.0, wait: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.publisher, self.address, self.cache = publisher, address, cache
        self.tell, self.pause, self.wait = tell, pause, wait
        self.brought: list[Fetched] = []
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=True, headers={"User-Agent": AGENT})
        self._called = False

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def file(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
        begins: bytes = b"",
    ) -> Fetched:  # fmt: skip
        """Bring a file into the cache and return it.

        Parameters
        ----------
        url : str
            Address.
        params, headers : mapping, optional
            Of the call; values of names that hold `key` or `appId` are secret.
        begins : bytes
            What the content must begin with (`PK` for a zip archive).

        Raises
        ------
        UserError
            No answer after several tries, an answer that is cut or of another kind, or a quota used up.
        """
        name = hashlib.sha256(json.dumps([url, sorted(_public(params or {}).items())]).encode()).hexdigest()[:24]
        kept, about = self.cache / name, self.cache / f"{name}.json"
        self.cache.mkdir(parents=True, exist_ok=True)
        known: dict[str, Any] = {}
        if kept.is_file() and about.is_file():
            known = json.loads(about.read_text("utf-8"))
        conditions = dict(headers or {})
        if known.get("etag"):
            conditions["If-None-Match"] = known["etag"]
        elif known.get("modified"):
            conditions["If-Modified-Since"] = known["modified"]
        fetched = self._patiently(lambda: self._once(url, dict(params or {}), conditions, kept, about, begins))
        self.brought.append(fetched)
        return fetched

    def json(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Bring an answer in JSON.

        Raises
        ------
        UserError
            As `file`, or the answer is no JSON.
        """
        fetched = self.file(url, params=params, headers=headers)
        try:
            return json.loads(fetched.path.read_bytes())
        except ValueError as error:
            raise self.failed("the answer is no JSON") from error

    def failed(self, what: str) -> UserError:
        """Return the error that says that this publisher did not answer as expected."""
        return UserError("fetch_failed", publisher=self.publisher, what=what, address=self.address)

    def _patiently(self, call: Callable[[], "Fetched | float"]) -> Fetched:
        """Repeat a call that returns seconds to wait until it returns a file."""
        for again in range(TRIES):
            if self._called and self.pause:
                self.wait(self.pause)
            self._called = True
            try:
                outcome = call()
            except httpx.RequestError as error:
                outcome, why = 2.0**again, f"{type(error).__name__}: {error}"
            else:
                why = "it is busy"
            if isinstance(outcome, Fetched):
                return outcome
            if outcome > LONGEST_WAIT:
                raise UserError("fetch_quota", publisher=self.publisher, what=f"next call in {outcome:,.0f} s")
            if again < TRIES - 1:
                self.wait(max(outcome, 2.0**again))
        raise self.failed(f"{why}, after {TRIES} tries")

    def _once(
        self, url: str, params: dict[str, str], headers: dict[str, str], kept: Path, about: Path, begins: bytes
    ) -> "Fetched | float":
        # A key must not follow a redirect to another host.
        secret = any("key" in name.casefold() for name in headers)
        with self._client.stream("GET", url, params=params, headers=headers, follow_redirects=not secret) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED and kept.is_file():
                known = json.loads(about.read_text("utf-8"))
                return Fetched(kept, known["address"], known["at"], known["sha256"], fresh=False)
            if answer.status_code in (429, 502, 503, 504) or answer.status_code == 500:
                return _asked_to_wait(answer)
            if answer.status_code in (401, 403):
                answer.read()
                raise UserError("fetch_quota", publisher=self.publisher, what=_said(answer))
            if answer.status_code != httpx.codes.OK:
                answer.read()
                raise self.failed(f"HTTP {answer.status_code}: {_said(answer)}")
            digest, got, whole = hashlib.sha256(), 0, int(answer.headers.get("Content-Length") or 0)
            handle, name = tempfile.mkstemp(dir=self.cache, prefix=".")
            part = Path(name)
            with vanishing(part):
                with os.fdopen(handle, "wb") as file:
                    for block in answer.iter_bytes(1 << 20):
                        got += len(block)
                        if got > LARGEST:
                            raise self.failed(f"more than {LARGEST / 1e9:g} GB")
                        digest.update(block)
                        file.write(block)
                        if self.tell:
                            self.tell(got, whole)
                encoded = "Content-Encoding" in answer.headers
                if whole and not encoded and got != whole:
                    return 1.0  # cut off: ask again
                with part.open("rb") as file:
                    first = file.read(len(begins))
                if first != begins:
                    raise self.failed("the answer is another kind of file (a page that asks to log in, perhaps)")
                shown = f"{urlsplit(url)._replace(query='').geturl()}"
                at = datetime.now(UTC).isoformat(timespec="seconds")
                said = answer.headers
                record = {"address": shown, "at": at, "sha256": digest.hexdigest(), "etag": said.get("ETag", ""),
                          "modified": said.get("Last-Modified", "")}  # fmt: skip
                part.replace(kept)
                about.with_suffix(".part").write_text(json.dumps(record), "utf-8")
                about.with_suffix(".part").replace(about)
        return Fetched(kept, shown, at, digest.hexdigest(), fresh=True)


def _public(params: Mapping[str, str]) -> dict[str, str]:
    """Return parameters without those that hold a key."""
    return {
        name: value for name, value in params.items() if "key" not in name.casefold() and name.casefold() != "appid"
    }


def _asked_to_wait(answer: httpx.Response) -> float:
    """Return the seconds that an answer asks to wait; 1 where it does not say."""
    said = answer.headers.get("Retry-After", "")
    if said.isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 1.0


def _said(answer: httpx.Response) -> str:
    """Return the first words of an answer."""
    try:
        body = answer.json()
        return (
            str(body.get("message") or body.get("error") or body)[:200] if isinstance(body, dict) else str(body)[:200]
        )
    except ValueError:
        return " ".join(answer.text.split())[:200] or f"HTTP {answer.status_code}"
