"""What was found, in the order of the questions that a study answers: the messages of reports, pages and documents.

Each message is made by a rule from the tables of the study, with the figures that it names and where they stand; one
that the tables do not carry is not made.
"""

from collections.abc import Collection
from dataclasses import replace

from shigen.base.declare import STAGES
from shigen.base.lasting import once_each
from shigen.study.designs import ranks
from shigen.study.evidence import Evidence
from shigen.study.findings import OF_STUDY
from shigen.study.findings_of_minerals import OF_MINERAL, Asked
from shigen.study.message import QUESTIONS, Message
from shigen.study.reasons import BASE
from shigen.study.run import Run


def messages(
    run: Run, *, about: Collection[str] = QUESTIONS, commodities: Collection[str] | None = None,
) -> list[Message]:  # fmt: skip
    """Return the messages of a run, the most important first.

    Parameters
    ----------
    run : Run
        Each of its steps is computed where a message asks for it.
    about : collection of str
        Which of QUESTIONS are answered.
    commodities : collection of str, optional
        Keys of the minerals that have messages of their own; all of the study when not given.

    Notes
    -----
    Messages of equal importance stand in the order of the questions, the stages, and the minerals (see `by_risk`).
    """
    return (
        list(_whole(run)) if tuple(about) == QUESTIONS and commodities is None else _composed(run, about, commodities)
    )


def _composed(run: Run, about: Collection[str], commodities: Collection[str] | None) -> list[Message]:
    held, order = Evidence(run), by_risk(run)
    chosen = [key for key in order if commodities is None or key in commodities]
    made: list[Message] = []
    for question in QUESTIONS:
        if question in about:
            made += [one for one in OF_STUDY[question](held) if one is not None]
            if question in OF_MINERAL:
                asked = [Asked(held, key) for key in chosen]
                made += [one for each in asked for one in OF_MINERAL[question](each) if one is not None]
    weighed = [replace(one, importance=importance(one, held)) for one in made]
    return sorted(weighed, key=lambda one: -one.importance)


@once_each
def _whole(run: Run) -> tuple[Message, ...]:
    """Return all messages of a run, which its report, files and command line each ask for."""
    return tuple(_composed(run, QUESTIONS, None))


def importance(message: Message, held: Evidence) -> float:
    """Return how important a message is: 0.5 to 1 on the study as a whole, up to 0.5 on a mineral.

    Notes
    -----
    (whole + (1 - q / Q) · stake) / 2. `whole` is 1 for the study as a whole, else 0; q is the place of its question
    among the Q questions; `stake` is 1 for the whole, else the highest risk (`central`) among the stages of the
    mineral that it speaks of, 0 without a figure. So the whole comes first, then the earlier question, then the greater
    risk; nothing is fitted.
    """
    left = 1 - QUESTIONS.index(message.key) / len(QUESTIONS)
    if message.commodity is None:
        return (1 + left) / 2
    where = {**BASE, "commodity": message.commodity} | ({"stage": message.stage} if message.stage else {})
    known = [row["central"] for row in held.matching("stages", **where) if row["central"] is not None]
    return left * max(known, default=0.0) / 2


def by_risk(run: Run) -> list[str]:
    """Return the minerals of a run by their risk upstream, then in the later stages; without a figure last."""
    keys = run.now.commodities
    if "central" not in run.now.dataset:
        return keys
    places = [ranks(run.shown, stage) for stage in STAGES]
    return sorted(keys, key=lambda key: [len(keys) + 1 if one[key] is None else one[key] for one in places])
