"""All documents of the default study in both languages: seconds by the clock beyond the drawing of charts, and memory.

    .venv/bin/python benchmarks/documents.py

Prints each part, beside the stated limits of 25 s for all formats and of 600 MB at most in the process that makes them.
"""

import resource
import time
from dataclasses import replace

from shigen.base.i18n import LANGS
from shigen.base.memory import give_back, keep_freed
from shigen.show.documents.formats import FORMATS, Wish, drawing
from shigen.study.run import Run

LIMITS = (25.0, 600.0)


def main() -> None:
    """Measure."""
    keep_freed()
    every = list(FORMATS.values())
    with drawing(every) as drawer:
        start = time.perf_counter()
        run = Run().complete(lambda _: None)
        at = time.perf_counter()
        print(f"{'the study':12} {at - start:6.1f} s")
        wish = Wish(run, LANGS, drawer=drawer)
        wish = replace(wish, ready=wish.drawn)
        for pictures in wish.drawn.values():
            for one in pictures.values():
                one.drawn.result()
        begun = time.perf_counter()
        print(f"{'the charts':12} {begun - at:6.1f} s")
        for one in sorted(every, key=lambda one: one.kinds is None or bool(one.kinds)):
            give_back()
            before = time.perf_counter()
            one.make(wish, lambda _: None)
            print(f"{one.key:12} {time.perf_counter() - before:6.1f} s")
        taken = time.perf_counter() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    helpers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    print(f"the largest of the workers that draw and set: {helpers:.0f} MB at most")
    print(f"all documents, both languages: {taken:.1f} s beyond the charts (limit {LIMITS[0]:.0f} s), "
          f"{most:.0f} MB at most (limit {LIMITS[1]:.0f} MB)")  # fmt: skip


if __name__ == "__main__":
    main()
