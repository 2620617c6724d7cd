"""From a moved slider to the redrawn radar in Chromium: the question over HTTP, the pass, the rows, the picture.

    .venv/bin/python benchmarks/slider.py [MOVES]

Prints the median and the 95th percentile in ms for two minerals, beside the stated limits of 20 and 35 ms.
"""

import statistics
import sys

from served import chromium, serving

LIMITS = (20.0, 35.0)
MOVE = """
(position) => new Promise((done) => {
  const slider = document.querySelector('input[type=range]');
  const picture = document.querySelector('[data-live] svg');
  const start = performance.now();
  const watch = new MutationObserver(() => {
    watch.disconnect();
    requestAnimationFrame(() => { const channel = new MessageChannel();
      channel.port1.onmessage = () => done(performance.now() - start); channel.port2.postMessage(0); });
  });
  watch.observe(picture, { subtree: true, childList: true, attributes: true });
  slider.value = position;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
})
"""
"""Ends in the first task after the frame that holds the new picture."""


def measured(address: str, moves: int) -> list[float]:
    """Return the milliseconds of each move."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("[data-live][data-ready] svg")
        ends = [float(page.locator("input[type=range]").first.get_attribute(name) or 0) for name in ("min", "max")]
        at = [ends[0] + (ends[1] - ends[0]) * (0.1 + 0.8 * ((7 * i) % 40) / 40) for i in range(moves + 10)]
        return [page.evaluate(MOVE, where) for where in at][10:]


def main() -> None:
    """Measure and print."""
    moves = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with serving() as address:
        for mineral in ("gallium", "rare_earths"):
            found = sorted(measured(f"{address}minerals/{mineral}", moves))
            median, late = statistics.median(found), found[int(0.95 * len(found))]
            print(f"{mineral:12} median {median:6.1f} ms (limit {LIMITS[0]:.0f})   95 % {late:6.1f} ms "
                  f"(limit {LIMITS[1]:.0f})   worst {found[-1]:6.1f} ms   {len(found)} moves")  # fmt: skip


if __name__ == "__main__":
    main()
