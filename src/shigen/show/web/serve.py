"""Start the server: one process, on loopback unless a token guards it, until it is told to end."""

import os
import signal
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import closing
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from shigen.base.errors import UserError
from shigen.base.i18n import Lang, text
from shigen.show.web.guard import LOOPBACK, Rules

if TYPE_CHECKING:
    import uvicorn

SHORTEST: Final = 16
"""Characters of a token."""
SWITCH: Final = 0.0005
"""Seconds after which a thread that computes lets another go on; Python's own 5 ms add up to tenths of a second."""
PATIENCE: Final = 3
"""Seconds that answers under way get at the end; with the last words to who is cut off, all is over within five."""


def rules_of(host: str, names: Sequence[str], token: str) -> Rules:
    """Return whom a server answers.

    Raises
    ------
    UserError
        Another address than loopback and no token, or one that can be guessed.
    """
    if host not in LOOPBACK and not token:
        raise UserError("web_open", word=host)
    if token and len(token) < SHORTEST:
        raise UserError("web_token_short", count=len(token), least=SHORTEST)
    own = () if _everywhere(host) else (host,)
    return Rules(tuple(dict.fromkeys([*LOOPBACK, *(name.casefold() for name in (*own, *names))])), token)


def serve(host: str, port: int, *, names: Sequence[str], lang: Lang, quiet: bool, open_browser: bool) -> None:
    """Serve pages and API until SIGTERM or Ctrl-C.

    Raises
    ------
    UserError
        The address is open to others without a token, cannot be taken, or is taken.
    """
    rules = rules_of(host, names, os.environ.get("SHIGEN_TOKEN", ""))
    with closing(_listening(host, port)) as listening:
        ended = threading.Event()
        warming = _warm(ended)
        import uvicorn

        from shigen.show.web.app import create_app
        from shigen.show.web.server import Protocol, Server

        config = uvicorn.Config(
            create_app(rules), http=Protocol, log_level="warning", access_log=False, server_header=False,
            timeout_graceful_shutdown=PATIENCE, timeout_keep_alive=30, h11_max_incomplete_event_size=65_536,
        )  # fmt: skip
        address = _address(host, listening)
        server = Server(config)
        threading.Thread(target=_tell, args=(server, address, lang, quiet, open_browser), daemon=True).start()
        # Who answers lets go of the interpreter with each byte that goes out; who computes gives it back after this.
        sys.setswitchinterval(SWITCH)
        # The server ends by SIGTERM in peace and then raises it again; there is nothing left to end.
        signal.signal(signal.SIGTERM, lambda *_: None)
        try:
            server.run(sockets=[listening])
        finally:
            ended.set()
            warming.join(PATIENCE)  # a thread inside a library may not be torn off by the end of the process


def _everywhere(host: str) -> bool:
    """Tell whether a server at this address listens at every address of the machine."""
    try:
        return ip_address(host.partition("%")[0]).is_unspecified
    except ValueError:  # a name
        return False


def _address(host: str, listening: socket.socket) -> str:
    """Return an address that answers on this machine: loopback where the server listens at every address.

    It is that of the same family: a name such as localhost may lead to the other one first.
    """
    at = str(listening.getsockname()[0])
    bare = ("::1" if ":" in at else "127.0.0.1") if _everywhere(at) else host
    return f"http://{f'[{bare}]' if ':' in bare else bare}:{listening.getsockname()[1]}/"


def _warm(ended: threading.Event) -> threading.Thread:
    """Begin to compute what the first pages need, while the server is still being put together."""
    from shigen.figures.store import current
    from shigen.show.web import answers, assets

    def work() -> None:
        steps: list[Callable[[], object]] = [*answers.first_steps(facts), assets.vega]
        for step in steps:
            if ended.is_set():
                return
            step()

    facts = current()
    thread = threading.Thread(target=work, daemon=True, name="warm")
    thread.start()
    return thread


def _tell(server: "uvicorn.Server", address: str, lang: Lang, quiet: bool, open_browser: bool) -> None:
    """Say where the server is once it is up, and show it."""
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.02)
    if not quiet:
        print(text("web.serving", lang, address=address), file=sys.stderr, flush=True)  # noqa: T201 - a command's word
    if open_browser and _has_screen():
        webbrowser.open(address)


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens, so that who is told the address can connect."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
    except (OSError, OverflowError) as error:
        raise UserError("web_address", word=f"{host}:{port}", detail=str(error)) from error
    return listener


def _has_screen() -> bool:
    """Tell whether a browser could be shown to somebody."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
