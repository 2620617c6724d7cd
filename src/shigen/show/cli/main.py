"""The entry point. It loads next to nothing before Ctrl-C is attended to; all else is in `app`."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0, 2 the user's mistake, 1 ours, 130 interrupted.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words of the command line. Without them the process is taken to be ours: it ends on signals, and its standard
        output is written whole or refused.
    """
    if arguments is not None:
        from shigen.show.cli.app import run

        sys.exit(run(arguments))
    given = sys.argv[1:]
    try:
        from shigen.show.cli import process

        process.start(given)
    except KeyboardInterrupt:
        # Whatever was being loaded is let go of by now and can be loaded again.
        from shigen.show.cli import process

        process.interrupted(given)
    from shigen.show.cli.app import run

    process.leave(run(given))


if __name__ == "__main__":
    main()
