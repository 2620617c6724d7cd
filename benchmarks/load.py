"""What the API bears: 300 clients, each with one what-if a second of its own, for 20 seconds.

    .venv/bin/python benchmarks/load.py [CLIENTS] [SECONDS]

Prints errors, percentiles of the answers in ms, the time that the server's processor spent on each, and the memory of
the server at the start, after a third and at the end, beside the stated limits: no error, 95 % under 300 ms, memory
flat. The time of the processor alone does not depend on what else the machine does.
"""

import asyncio
import sys
import time
import urllib.request

import httpx
from served import serving

LIMIT = 300.0
MINERALS = ("gallium", "cobalt", "tungsten", "rare_earths", "indium", "vanadium", "antimony", "graphite_natural")
HOSTS = ("JPN", "AUS", "KOR", "CAN", "FRA")


def question(client: int, turn: int) -> dict[str, object]:
    """Return a what-if that nobody asked before."""
    lever = {"key": "smelter_investment", "commodity": MINERALS[client % len(MINERALS)],
             "host": HOSTS[turn % len(HOSTS)], "t_per_year": 10.0 + client + turn / 100}  # fmt: skip
    return {"importer": "JPN", "levers": [lever], "chart": client % 2 == 0}


async def client(number: int, address: str, seconds: int, taken: list[float], errors: list[str]) -> None:
    """Ask once a second, at a moment of its own within the second."""
    # To read the certificates of all authorities for each client would take seconds before the first question.
    async with httpx.AsyncClient(base_url=address, timeout=30, verify=False) as web:  # noqa: S501 - no TLS here
        begin = time.perf_counter() + (number * 37 % 50) / 50 + number / 15_000
        for turn in range(seconds):
            await asyncio.sleep(max(0.0, begin + turn - time.perf_counter()))
            start = time.perf_counter()
            try:
                answer = await web.post("/api/v1/whatif", json=question(number, turn))
                if answer.status_code != 200 or not answer.json()["after"]["records"]:
                    errors.append(f"{answer.status_code} {answer.text[:80]}")
            except httpx.HTTPError as error:
                errors.append(repr(error))
            taken.append(1e3 * (time.perf_counter() - start))


def metric(address: str, name: str) -> float:
    """Return one figure of what the server tells of itself."""
    told = urllib.request.urlopen(f"{address}metrics", timeout=30).read().decode()
    line = next(one for one in told.splitlines() if one.startswith(f"{name} "))
    return float(line.split()[1])


def memory(address: str) -> float:
    """Return the megabytes that the server holds."""
    return metric(address, "process_resident_memory_bytes") / 1e6


async def run(address: str, clients: int, seconds: int) -> None:
    """Let all clients ask, and print."""
    taken: list[float] = []
    errors: list[str] = []
    held, spent = [memory(address)], metric(address, "process_cpu_seconds_total")
    tasks = [asyncio.create_task(client(i, address, seconds, taken, errors)) for i in range(clients)]
    await asyncio.sleep(seconds / 3)
    held.append(await asyncio.to_thread(memory, address))
    await asyncio.gather(*tasks)
    held.append(memory(address))
    spent = 1e3 * (metric(address, "process_cpu_seconds_total") - spent) / len(taken)
    taken.sort()
    at = {share: taken[int(share * len(taken))] for share in (0.5, 0.95, 0.99)}
    print(f"{clients} clients, {seconds} s, {len(taken)} questions: {len(errors)} errors; median {at[0.5]:.0f} ms, "
          f"95 % {at[0.95]:.0f} ms (limit {LIMIT:.0f}), 99 % {at[0.99]:.0f} ms, worst {taken[-1]:.0f} ms; "
          f"processor {spent:.2f} ms each; "
          f"memory {held[0]:.0f} → {held[1]:.0f} → {held[2]:.0f} MB")  # fmt: skip
    for error in dict.fromkeys(errors):
        print(error)


def main() -> None:
    """Measure and print."""
    clients, seconds = (int(word) for word in (*sys.argv[1:3], *("300", "20")[len(sys.argv) - 1 :]))
    with serving() as address:
        asyncio.run(run(address, clients, seconds))


if __name__ == "__main__":
    main()
