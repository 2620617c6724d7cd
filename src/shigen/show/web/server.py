"""The server itself: uvicorn, which waits for nobody too long: not for who sends slowly, nor for threads at its end."""

import asyncio
import logging
import os
import signal
import socket
import sys
from types import FrameType
from typing import Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from shigen.base import ending

LAST_WORDS: Final = 1.0
"""Seconds in which answers that were cut off are told so."""
SLOWEST_HEAD: Final = 10.0
"""Seconds in which the head of a request has to come in."""
MOST_CONNECTIONS: Final = 600
"""Connections that are open at once; the system gives a process about a thousand files."""


class Protocol(H11Protocol):
    """One connection: closed where the head of a request does not come in time, or where too many are open."""

    _cut: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.close()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on while a head is not whole, each from its first byte."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._end_wait()
        elif self._cut is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._end_wait()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._cut = self.loop.call_later(SLOWEST_HEAD, self.transport.close)

    def _end_wait(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None


class Server(uvicorn.Server):
    """A server that is gone within its patience and some moments.

    A thread that computes cannot be stopped. Who waits for it is told that the server ends; then the process ends
    without waiting for the thread, as the system would end it some seconds later.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._ignored = {number for number in ending.SIGNALS if signal.getsignal(number) is signal.SIG_IGN}

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End; what the process was started to ignore stays ignored, as Ctrl-C by what a script runs beside itself."""
        if sig not in self._ignored:
            super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; without ceremony where threads still compute."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # who was cut off is told so by the answer
        under_way = set(self.server_state.tasks)
        await super().shutdown(sockets)
        cut_off = [task for task in under_way if task.cancelling()]
        if not cut_off:
            return
        await asyncio.wait(cut_off, timeout=LAST_WORDS)
        sys.stderr.flush()
        os._exit(130 if signal.SIGINT in self._captured_signals else 0)
