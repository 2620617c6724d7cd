"""What stands between the network and the pages: hosts, token, origin, size, language, headers and counts."""

import asyncio
import hmac
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from starlette.requests import HTTPConnection

from shigen.base.errors import UserError
from shigen.base.i18n import Lang, is_lang, speaking
from shigen.show.web.own import LARGEST, MOST_FILES
from shigen.show.web.problems import Problem
from shigen.show.web.refused import answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
SAFE: Final = ("GET", "HEAD", "OPTIONS")
MOST_JSON: Final = 1_000_000
"""Bytes of a request's body that is no upload."""
MOST_UPLOAD: Final = LARGEST * MOST_FILES + 100_000
SLOWEST: Final = 60
"""Seconds in which a body has to come in whole; a large upload at 6 Mbit/s."""
ENDING: Final = 10
"""Seconds after which a server that ends is asked again."""
OPEN: Final = ("/healthz", "/login")
"""Paths that need no token."""
TOKEN_COOKIE: Final = "shigen_pass"  # noqa: S105 - the name of a cookie
POLICY: Final = "; ".join([
    "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:",
    "connect-src 'self'", "font-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
])  # fmt: skip
"""Scripts come as files from here alone; Vega sets styles on the elements that it draws."""
HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)

TO_FRAME: Final = "/embed/"
"""Start of the paths that a page of another site may hold in a frame: charts alone, without form or script."""
FRAMED: Final = (
    (b"content-security-policy",
     b"default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; form-action 'none'; base-uri 'none'"),
    *((key, value) for key, value in HEADERS if key not in (b"content-security-policy", b"x-frame-options")),
)  # fmt: skip
"""A frame of another site sends no cookie: it shows the public figures, and nothing where a token is asked for."""

_HOST: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\[\]:]*)(?::\d{1,5})?")
"""A Host header: a name or an address, and perhaps a port; nothing else may stand there."""


@dataclass(frozen=True)
class Rules:
    """Whom a server answers."""

    hosts: Sequence[str] = LOOPBACK
    """Names that a request may call it by."""
    token: str = field(default="", repr=False)
    """What who asks must know; empty: nothing."""

    def knows(self, host: str) -> bool:
        """Tell whether a Host header names this server, on whatever port."""
        match = _HOST.fullmatch(host.casefold())
        return match is not None and match["name"].strip("[]") in self.hosts

    @property
    def pass_word(self) -> str:
        """What the cookie of a browser that gave the token holds; the token itself never lies in a browser."""
        return sha256(b"shigen " + self.token.encode()).hexdigest()

    def admits(self, bearer: str, cookie: str) -> bool:
        """Tell whether a request may come in."""
        if not self.token:
            return True
        return hmac.compare_digest(bearer.encode(), self.token.encode()) or hmac.compare_digest(
            cookie.encode(), self.pass_word.encode()
        )


class Counts:
    """What /metrics tells, in the form that Prometheus reads."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

        self.registry: CollectorRegistry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter("shigen_requests", "Requests answered", ["method", "route", "status"],
                                registry=self.registry)  # fmt: skip
        self.seconds = Histogram("shigen_request_seconds", "Seconds until a request was answered", ["route"],
                                 buckets=(0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10), registry=self.registry)  # fmt: skip
        self.uploads = Gauge("shigen_uploads", "Browsers whose own figures are held", registry=self.registry)

    def text(self) -> bytes:
        """Return all counts."""
        from prometheus_client import generate_latest

        return generate_latest(self.registry)


class Guard:
    """Wraps the application; the only middleware.

    An answer that is cut off because the server ends becomes a 503, so that who asked knows to ask again.
    """

    def __init__(self, app: "ASGIApp", rules: Rules, counts: Counts) -> None:
        self.app, self.rules, self.counts = app, rules, counts

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        headers = request.headers
        lang = language(scope.get("query_string", b"").decode("latin-1"), headers.get("accept-language", ""))
        scope.setdefault("state", {})["lang"] = lang
        start, status, begun = time.monotonic(), 500, False

        async def send_with_headers(message: "Message") -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                present = {key for key, _ in message["headers"]}
                fixed = FRAMED if scope["path"].startswith(TO_FRAME) else HEADERS
                more = [(b"content-language", lang.encode()), (b"vary", b"Accept-Language, Cookie"), *fixed]
                message["headers"] = [*message["headers"], *(h for h in more if h[0] not in present)]
            await send(message)

        with speaking(lang):
            try:
                size = self._checked(scope, headers, request.cookies.get(TOKEN_COOKIE, ""))
                await self.app(scope, _limited(receive, size), send_with_headers)
            except Problem as problem:
                await answer(scope, problem, lang)(scope, receive, send_with_headers)
            except asyncio.CancelledError:
                if begun:
                    raise
                ending = Problem(UserError("web_ending"), 503, retry_after=ENDING)
                await answer(scope, ending, lang)(scope, receive, send_with_headers)
            finally:
                route = getattr(scope.get("route"), "path", "") or "none"
                method = scope["method"] if scope["method"] in (*SAFE, "POST", "PUT", "DELETE", "PATCH") else "other"
                self.counts.requests.labels(method, route, str(status)).inc()
                self.counts.seconds.labels(route).observe(time.monotonic() - start)

    def _checked(self, scope: "Scope", headers: Mapping[str, str], cookie: str) -> int:
        """Return how large the body may be.

        Raises
        ------
        Problem
            The request may not come in.
        """
        host = headers.get("host", "")
        if not self.rules.knows(host):
            raise Problem(UserError("web_host", word=host or "-"), 421)
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        free = scope["path"] in OPEN or scope["path"].startswith("/static/")
        if not (free or self.rules.admits(bearer.strip() if kind.casefold() == "bearer" else "", cookie)):
            raise Problem(UserError("web_token"), 401)
        if scope["method"] not in SAFE:
            origin = headers.get("origin")
            foreign = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
            if foreign or (origin is not None and not _names(origin, host)):
                raise Problem(UserError("web_origin"), 403)
        upload = headers.get("content-type", "").casefold().startswith("multipart/form-data")
        most = MOST_UPLOAD if upload else MOST_JSON
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdecimal() or int(length[:15]) > most or len(length) > 15:
            raise _too_large(most)
        return most


def _names(origin: str, host: str) -> bool:
    """Tell whether an Origin header is of the site that a Host header names."""
    try:
        return urlsplit(origin).netloc == host
    except ValueError:  # no address at all
        return False


def _too_large(most: int) -> Problem:
    return Problem(UserError("web_body_size", most=f"{most / 1e6:.1f}"), 413)


def _limited(receive: "Receive", most: int) -> Callable[[], Awaitable[Any]]:
    """Return a `receive` that refuses a body that is longer than it may be, or slower, whatever its header says."""
    whole, complete, until = 0, False, asyncio.get_running_loop().time() + SLOWEST

    async def limited() -> "Message":
        nonlocal whole, complete
        if complete:
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError as error:
            raise Problem(UserError("web_slow", seconds=SLOWEST), 408) from error
        complete = not message.get("more_body", False)
        whole += len(message.get("body", b""))
        if whole > most:
            raise _too_large(most)
        return message

    return limited


def language(query: str, accepted: str) -> Lang:
    """Return the language of an address, else the one that a browser likes best, else English.

    Examples
    --------
    >>> language("year=2024", "fr;q=0.9, ja;q=0.8, en;q=0.5")
    'ja'
    """
    for word in parse_qs(query).get("lang", ())[-1:]:
        if is_lang(word):
            return word
    liked: list[tuple[float, Lang]] = []
    for part in accepted.split(","):
        name, _, quality = part.strip().partition(";q=")
        code = name.strip().casefold()[:2]
        weight = float(quality) if quality.replace(".", "", 1).isdecimal() and quality.isascii() else 1.0
        if is_lang(code) and weight > 0:
            liked.append((-weight, code))
    return min(liked, key=lambda one: one[0])[1] if liked else "en"
