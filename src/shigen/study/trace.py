"""Explain: one figure ← formula ← inputs ← facts ← the publisher's row.

Indicators and methods alike: what a declaration reads is what is shown (see `tracer`).
"""

from typing import Any

from xarray import Dataset

from shigen.base import names
from shigen.base.declare import STAGES, Indicator, Step
from shigen.base.errors import UserError, check_view, suggest
from shigen.base.i18n import Lang, default_lang, joined, text
from shigen.base.method import Method
from shigen.figures import selection, store
from shigen.figures.factbase import FactBase
from shigen.figures.selection import Question
from shigen.model.chain import load
from shigen.model.criticality import Assessment, assess
from shigen.model.evaluate import PARTIAL_BELOW
from shigen.model.indicators import find_indicator, indicators
from shigen.model.levers import lever_kinds
from shigen.model.methods import declarations, find_method, methods
from shigen.model.records import indicator_rows
from shigen.model.scoring import Scoring
from shigen.model.views import declared, stands_on, steps_of, view
from shigen.study.sight_trace import BESIDE, taken
from shigen.study.tracer import Node, inputs

Measure = Indicator | Method
"""What has figures that can be explained."""


def find_measure(word: str) -> Measure:
    """Return the declaration of an indicator, or of a method, named by key or by its name in either language.

    Raises
    ------
    UserError
        Neither goes by that name.
    """
    for find, unknown in ((find_indicator, "unknown_indicator"), (find_method, "unknown_method")):
        try:
            return find(word)
        except UserError as error:
            if error.key != unknown or not isinstance(word, str):
                raise
    known = [*indicators(), *declarations()]
    raise UserError("indicator_or_method", suggestions=suggest(word, known), word=word, known=", ".join(known))


def explain(
    subject: Assessment | Dataset,
    commodity: str,
    measure: str,
    *,
    importer: str | None = None,
    year: int | None = None,
    lang: Lang | None = None,
    facts: FactBase | None = None,
) -> Node:
    """Explain one figure of an indicator or of a method, down to the publisher's rows.

    Parameters
    ----------
    subject : Assessment or xarray.Dataset
        From `shigen.assess`; or a supply chain, of which any measure is computed as declared.
    commodity, measure : str
        Any of their names.
    importer, year
        Which one, where the subject holds several.
    facts : FactBase, optional
        What the chain was loaded from; the snapshot that the chain names when not given.

    Raises
    ------
    UserError
        A name that is not known, or that this assessment does not hold, or figures that the chain was not loaded from.
    """
    lang = lang or default_lang()
    key, one = names.commodity(commodity), find_measure(measure)
    chain = subject if isinstance(subject, Dataset) else subject.chain
    held = isinstance(subject, Dataset) or isinstance(one, Method) or one.key in subject.dataset["indicator"].values
    if key not in chain["commodity"].values or not held:
        raise UserError("not_in_assessment", word=f"{commodity}, {measure}")
    where = {"commodity": [key], **_place(chain, importer and names.importer(importer), year)}
    chain, facts = chain.sel(where), _facts_of(chain, facts)
    scoring = Scoring() if isinstance(subject, Dataset) else subject.scoring
    if isinstance(subject, Dataset) or isinstance(one, Method):
        row = _row(chain, one, scoring, lang, facts)
    else:
        there = {dim: at for dim, at in where.items() if dim in subject.dataset.dims}
        rows = indicator_rows(Assessment(chain, subject.dataset.sel(there), scoring=scoring), lang)
        row = next(r for r in rows if r["indicator"] == one.key)
    asked = int(chain["year"])
    reads = one.reads if isinstance(one, Method) else dict.fromkeys(one.reads, one.step)
    steps = {name: steps_of(chain, step)[key] for name, step in reads.items() if stands_on(name)}
    question = Question((key,), (asked,), selection.as_of(facts, chain.attrs["as_of"]))
    return Node(
        label=text("explain.figure", lang, commodity=names.label(key, lang), indicator=one.name[lang], year=asked,
                   importer=names.label(str(chain["importer"].values), lang)),
        value=row["raw"],
        unit=one.unit,
        note=_headline(row, one, lang),
        children=(
            Node(label=text("explain.formula", lang, formula=one.written[lang])),
            *_policies(chain, one, row, scoring, lang, facts),
            *inputs(facts, chain, key, steps, question, lang),
            *inputs(facts, chain, key, _ore_too(chain, one), question, lang),
            *(node for name in reads if name in BESIDE for node in BESIDE[name](facts, chain, question, lang)),
            *(taken(facts, chain, question, steps[one.reads[0]], lang)
              if isinstance(one, Indicator) and one.seen else ()),
            Node(label=text("explain.snapshot", lang, name=facts.name, hash=facts.hash[:12])),
        ),
    )  # fmt: skip


def _ore_too(chain: Dataset, one: Measure) -> dict[str, Step]:
    """Return what a method reads of both steps at once, as ore, with what stands beside each country."""
    reads = one.reads if isinstance(one, Method) else {}
    whole = [name for name, step in reads.items() if step is None and stands_on(name)]
    of_ore: dict[str, Step] = {name: "ore" for name in whole if "step" in view(chain, name).dims}
    beside: dict[str, Step] = {name: "ore" for name in whole if declared(name).traced in ("governance", "stability")}
    return of_ore | beside if of_ore else {}


def _place(chain: Dataset, importer: str | None, year: int | None) -> dict[str, Any]:
    """Return the labels of the one importer and year that is meant; refuse a chain that holds several of anything."""
    place: dict[str, Any] = {}
    further = [str(dim) for dim in chain["imports"].dims if dim not in ("commodity", "country", "step")]
    for dim in further:
        value = {"importer": importer, "year": year}.get(dim)
        if value is None or value not in chain[dim].values:
            known = ", ".join(map(str, chain[dim].values))
            raise UserError("which_one", word=str(value or "-"), dim=dim, known=known)
        place[dim] = value
    return place


def _facts_of(chain: Dataset, facts: FactBase | None) -> FactBase:
    """Return the figures that a chain was loaded from.

    Raises
    ------
    UserError
        Those at hand are others.
    """
    name = str(chain.attrs["snapshot"])
    facts = facts or store.facts_of(store.find(name))
    if facts.mark != chain.attrs["figures"]:
        raise UserError("explain_other_figures", word=name, known=facts.name)
    return facts


def _row(chain: Dataset, one: Measure, scoring: Scoring, lang: Lang, facts: FactBase) -> dict[str, Any]:
    """Return the row of a measure of a chain of one commodity, importer and year."""
    if isinstance(one, Indicator):
        return assess(chain, indicators=one.key, scoring=scoring).records(lang)[0]
    if one.needs_world_imports and not chain.attrs.get("levers"):
        return methods(keys=one.key, facts=facts, **_asked(chain)).records(lang)[0]
    return methods(chain, keys=one.key).records(lang)[0]


def _asked(chain: Dataset) -> dict[str, Any]:
    """Return what a chain of one importer and year was loaded by."""
    return {"importer": str(chain["importer"].values), "year": int(chain["year"]), "basis": chain.attrs["basis"],
            "commodities": chain["commodity"].values.tolist(), "edition": chain.attrs["as_of"] or None}  # fmt: skip


def _policies(
    chain: Dataset, one: Measure, row: dict[str, Any], scoring: Scoring, lang: Lang, facts: FactBase
) -> tuple[Node, ...]:
    """Return the policies that stand between the publishers' rows and a figure, with the figure before and after."""
    levers = chain.attrs.get("levers", ())
    if not levers:
        return ()
    before = _row(load(**_asked(chain), facts=facts), one, scoring, lang, facts)["raw"]
    told = [
        lever_kinds()[kind].name[lang] + text("explain.policy_of", lang, where=joined(
            [names.label(place, lang) for place in (commodity, host) if place], lang))
        for kind, commodity, host in levers
    ]  # fmt: skip
    figures = {when: "–" if value is None else f"{value:.3f}" for when, value in
               (("before", before), ("after", row["raw"]))}  # fmt: skip
    return (Node(label=text("explain.policies", lang, policies=joined(told, lang), **figures)),)


def explain_stage(assessment: Assessment, commodity: str, stage: str, *, lang: Lang | None = None) -> Node:
    """Explain the risk of one stage: the score and weight of each of its axes; what is missing stands there too.

    Parameters
    ----------
    assessment : Assessment
        Of one importer and year.
    commodity : str
        Any of its names.
    stage : str
        upstream, intermediate or final.

    Raises
    ------
    UserError
        A name that is not known, or that this assessment does not hold.
    """
    lang = lang or default_lang()
    key = names.commodity(commodity)
    check_view(stage, STAGES)
    if key not in assessment.chain["commodity"].values:
        raise UserError("not_in_assessment", word=commodity)
    at = {"commodity": [key]}
    single = Assessment(assessment.chain.sel(at), assessment.dataset.sel(at), scoring=assessment.scoring)
    row = next(r for r in single.stages(lang) if r["stage"] == stage)
    weights = single.dataset["weight"].isel(commodity=0)
    children = [
        Node(one.name[lang], r["score"], "1", note=" · ".join(p for p in (
            text("explain.weight", lang, weight=f"{float(weights.sel(indicator=one.key)):.3f}"),
            text(f"status.{r['status']}", lang), r["reason"] or "") if p))
        for r in single.records(lang) if (one := find_indicator(r["indicator"])).stage == stage
    ]  # fmt: skip
    band = "" if row["risk_low"] is None or row["risk_high"] - row["risk_low"] < 5e-4 else text(
        "explain.band", lang, low=f"{row['risk_low']:.3f}", high=f"{row['risk_high']:.3f}")  # fmt: skip
    ranked = "" if row["risk"] is None or abs(row["central"] - row["risk"]) < 5e-4 else text(
        "explain.ranked", lang, central=f"{row['central']:.3f}", percent=f"{100 * PARTIAL_BELOW:.0f}")  # fmt: skip
    chain = assessment.chain
    return Node(
        label=text("explain.figure", lang, commodity=names.label(key, lang), indicator=text(f"stage.{stage}", lang),
                   year=int(chain["year"]), importer=names.label(str(chain["importer"].values), lang)),
        value=row["risk"], unit="1", note=" · ".join(part for part in (band, ranked) if part),
        children=(Node(text("explain.stage_formula", lang)), *children),
    )  # fmt: skip


def _headline(row: dict[str, Any], one: Measure, lang: Lang) -> str:
    band = ""
    if row["raw_low"] is not None and (row["raw_low"], row["raw_high"]) != (row["raw"], row["raw"]):
        band = text("explain.band", lang, low=f"{row['raw_low']:.3f}", high=f"{row['raw_high']:.3f}")
    score = "" if row.get("score") is None else text("explain.score", lang, score=f"{row['score']:.3f}")
    covered = ""
    if row["coverage"] is not None and one.coverage:
        covered = text(
            "explain.coverage", lang, percent=f"{100 * row['coverage']:.0f}", covers=one.coverage_means[lang]
        )
    status = text(f"status.{row['status']}", lang)
    return " · ".join(p for p in (band, score, status, covered, row["reason"]) if p)
