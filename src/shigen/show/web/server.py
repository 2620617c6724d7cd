"""The server itself: uvicorn, which ends in time also while threads are still computing."""

import asyncio
import logging
import os
import signal
import socket
import sys
from typing import Final

import uvicorn

LAST_WORDS: Final = 1.0
"""Seconds in which answers that were cut off are told so."""


class Server(uvicorn.Server):
    """A server that is gone within its patience and some moments.

    A thread that computes cannot be stopped. Who waits for it is told that the server ends; then the process ends
    without waiting for the thread, as the system would end it some seconds later.
    """

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
