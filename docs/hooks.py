"""Make the reference pages from the declarations at build time, so that they say what the code says.

MkDocs calls `on_files`; each page is generated in memory and nothing is written beside the sources.
"""

import inspect
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, Final

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from shigen.base import names
from shigen.base.declare import FLAGS, PACKAGE_POLICIES, STAGES, STATUSES, Indicator, LeverKind
from shigen.base.i18n import LANGS, Lang, text
from shigen.base.method import Method
from shigen.figures.factbase import embedded
from shigen.figures.schema import PACKAGE
from shigen.model.indicators import indicators
from shigen.model.levers import lever_kinds
from shigen.model.methods import declarations
from shigen.model.packages import POLICIES
from shigen.model.rule import CLAUSES, TYPES
from shigen.model.scoring import ASKS, Scoring
from shigen.model.variables import VARIABLES
from shigen.show.cli.app import build
from shigen.show.cli.main import main

WIDTH: Final = 96
"""Columns of the help pages."""

NONE: Final = "–"

COUNTING: Final = "ore, or refined where ore is not applicable"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add every generated page."""
    for name, page in PAGES.items():
        files.append(File.generated(config, f"reference/{name}.md", content=page()))
    return files


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; a cell never ends its row."""

    def line(cells: Sequence[object]) -> str:
        shown = (str(c).replace("|", "\\|").replace("\n", " ").strip() or NONE for c in cells)
        return "| " + " | ".join(shown) + " |"

    return "\n".join([line(head), "|" + " --- |" * len(head), *(line(row) for row in rows)]) + "\n"


def code(words: Iterable[object]) -> str:
    """Return words as code, joined by commas."""
    return ", ".join(f"`{word}`" for word in words)


def interval(ends: tuple[float, float]) -> str:
    """Return a range with ∞ as people write it."""
    return " to ".join("∞" if x == float("inf") else f"{x:g}" for x in ends)


def mark(one: Indicator | LeverKind | Method) -> str:
    """Return how something that a user declared is marked."""
    return ", yours / 自作" if one.own else ""


# Indicators


def sections(doc: str) -> dict[str, str]:
    """Split a numpydoc docstring into its sections; the summary goes by the name ``."""
    parts = re.split(r"^(\w+)\n-+\n", inspect.cleandoc(doc) + "\n", flags=re.MULTILINE)
    return dict(zip(["", *parts[1::2]], parts[0::2], strict=True))


def described(body: str) -> str:
    """Return the entries of a section (a name or type, and indented lines below) as a list."""
    entries: list[list[str]] = []
    for line in body.strip().splitlines():
        if line.startswith(" ") and entries:
            entries[-1].append(line.strip())
        elif line.strip():
            entries.append([line.strip()])
    shown = []
    for first, *more in entries:
        name, colon, kind = first.partition(" : ")
        head = f"`{name}`: {kind}" if colon else first
        shown.append(f"- {head}" + (f"  \n  {' '.join(more)}" if more else ""))
    return "\n".join(shown) + "\n"


def example(body: str) -> str:
    """Return the prose and the session of an Examples section."""
    prose, _, session = body.strip().partition(">>>")
    lead = f"{prose.strip()}\n\n" if prose.strip() else ""
    return f"{lead}```pycon\n>>>{session.rstrip()}\n```\n"


def one_indicator(one: Indicator) -> str:
    """Return the entry of one indicator."""
    doc = sections(one.doc)
    weight = f"{one.weight:g} by default" if one.axis else "none: shown, but in no stage risk"
    facts = [
        ("Key", f"`{one.key}`{mark(one)}"),
        ("Name", f"{one.name['en']} / {one.name['ja']}"),
        ("Stage", f"{text(f'stage.{one.stage}', 'en')} / {text(f'stage.{one.stage}', 'ja')}"),
        ("Axis", one.axis or "none (a candidate that can be switched on)"),
        ("Unit and range", f"{one.unit}; {interval(one.bounds)}"),
        ("Read at step", COUNTING if one.step == "counting" else one.step or NONE),
        ("Reads", code(one.reads)),
        ("Score", f"linear, 0 at {one.anchors[0]:g} and 1 at {one.anchors[1]:g}" if one.anchors else "the raw value"),
        ("Line for high", f"{one.high_from:g} (raw value)"),
        ("Weight", weight),
        ("Coverage", f"{one.coverage_means['en']}<br>{one.coverage_means['ja']}" if one.coverage else "not measured"),
        ("Origin", f"{one.origin['en']}<br>{one.origin['ja']}"),
        ("Reference", one.reference),
    ]
    formula, _, rest = doc.get("Notes", one.written["en"]).strip().partition("\n")
    parts = [
        f"## {one.name['en']} {{ #{one.key} }}",
        "",
        f"{one.name['ja']}. {doc[''].strip()}",
        "",
        table(("What", "Declared"), facts),
        f"**Formula.** {formula.strip()} {' '.join(rest.split())}".rstrip(),
        "",
    ]
    # A user's own may say less than a test asks of ours.
    shown: dict[str, tuple[str, Callable[[str], str]]] = {
        "Parameters": ("Parameters", described), "Returns": ("Returns", described), "Examples": ("Example", example),
    }  # fmt: skip
    for name, (title, written) in shown.items():
        if name in doc:
            parts += [f"**{title}**", "", written(doc[name])]
    return "\n".join(parts)


def indicator_page() -> str:
    """Return the page of all indicators, with the words for their statuses."""
    declared = indicators()
    overview = table(
        ("Axis", "Key", "English", "日本語", "Stage"),
        ((i.axis or NONE, f"[`{k}`](#{k})", i.name["en"], i.name["ja"], i.stage) for k, i in declared.items()),
    )
    statuses = table(
        ("Status", "English", "日本語"),
        ((f"`{s}`", *(f"{text(f'status.{s}', x)}: {text(f'status_means.{s}', x)}" for x in ("en", "ja")))
         for s in STATUSES),
    )  # fmt: skip
    return "\n".join([
        "# Indicators",
        "",
        "Generated from the declarations. A score runs from 0 (no risk) to 1 (highest).",
        "",
        overview,
        "## Statuses { #statuses }",
        "",
        statuses,
        *(one_indicator(one) for one in declared.values()),
    ])  # fmt: skip


# Methods


def one_method(one: Method) -> str:
    """Return the entry of one method."""
    doc = sections(one.doc)
    facts = [
        ("Key", f"`{one.key}`{mark(one)}"),
        ("Name", f"{one.name['en']} / {one.name['ja']}"),
        ("Formula", f"{one.written['en']}<br>{one.written['ja']}"),
        ("Unit and range", f"{one.unit}; {interval(one.bounds)}"),
        ("A high figure is", one.high_is),
        ("Reads", ", ".join(f"`{name}`" + (f" ({step})" if step else "") for name, step in one.reads.items())),
        ("Coverage", f"{one.coverage_means['en']}<br>{one.coverage_means['ja']}" if one.coverage else "not measured"),
        ("A proxy where", f"{one.proxy_means['en']}<br>{one.proxy_means['ja']}" if one.proxy else NONE),
        ("No figure where supply_map says", code(one.refuses) or NONE),
        ("Needs all importers", "yes" if one.needs_world_imports else "no"),
        ("Where inputs differ", f"{one.differs['en']}<br>{one.differs['ja']}" if one.differs else NONE),
        ("Reference", one.reference),
    ]
    parts = [f"## {one.name['en']} {{ #{one.key} }}", "", f"{one.name['ja']}. {doc[''].strip()}", "",
             table(("What", "Declared"), facts)]  # fmt: skip
    shown: dict[str, Callable[[str], str]] = {
        "Parameters": described, "Returns": described, "Notes": lambda body: body.strip(), "Examples": example,
    }  # fmt: skip
    for name in (one for one in shown if one in doc):
        parts += [f"**{name}**", "", shown[name](doc[name]), ""]
    return "\n".join(parts)


def method_page() -> str:
    """Return the page of all methods."""
    declared = declarations()
    overview = table(
        ("Key", "English", "日本語", "Unit"),
        ((f"[`{key}`](#{key})", one.name["en"], one.name["ja"], one.unit) for key, one in declared.items()),
    )
    return "\n".join([
        "# Methods",
        "",
        "Generated from the declarations. Figures of other authors' methods, computed on the same supply chain; none "
        "enters a stage risk. Statuses are [those of the indicators](indicators.md#statuses). "
        "[Adding things](../adding.md#a-method) shows how to declare your own.",
        "",
        overview,
        *(one_method(one) for one in declared.values()),
    ])  # fmt: skip


# Variables


def variable_page() -> str:
    """Return the variables of a supply chain, and the words for the codes inside."""
    kinds = {float: "float", bool: "bool"}

    def row(name: str) -> tuple[object, ...]:
        v = VARIABLES[name]
        limits = interval((v.low, v.high)) if v.dtype is float else NONE
        kind = kinds.get(v.dtype, v.dtype.__name__)
        return f"`{name}`", ", ".join(v.dims) or NONE, ", ".join(v.per) or NONE, v.unit, limits, kind, v.meaning

    flags = table(
        ("Code", "Flag", "English", "日本語"),
        ((i, f"`{f}`", text(f"flag.{f}", "en"), text(f"flag.{f}", "ja")) for i, f in enumerate(FLAGS)),
    )
    return "\n".join([
        "# Variables of a supply chain",
        "",
        "`shigen.load` returns one `xarray.Dataset` with these variables. \"Changes along\" names the study dimensions "
        "that a variable carries when several importers or years are loaded.",
        "",
        table(("Variable", "Dimensions", "Changes along", "Unit", "Range", "Type", "Meaning"), map(row, VARIABLES)),
        "## Flags { #flags }",
        "",
        "`reserves_flag` and `production_flag` hold these codes; the facts hold the words.",
        "",
        flags,
    ])  # fmt: skip


# Fact tables


def rules(field: dict[str, Any]) -> str:
    """Return the constraints of a field in words."""
    found = field.get("constraints", {})
    said = {
        "required": lambda _: "required",
        "enum": lambda v: "one of " + code(v),
        "minimum": lambda v: f"at least {v}",
        "maximum": lambda v: f"at most {v}",
        "pattern": lambda v: f"`{v}`",
    }
    return "; ".join(said[rule](value) for rule, value in found.items())


def one_table(resource: dict[str, Any]) -> Iterator[str]:
    """Yield the lines on one table."""
    schema = resource["schema"]
    name = resource["name"]
    yield f"## {text('table.' + name, 'en')} {{ #{name} }}\n\n"
    yield f"`{resource['path']}` ({text('table.' + name, 'ja')})"
    if schema.get("primaryKey"):
        yield f"; key: {code(schema['primaryKey'])}"
    yield "".join(
        f"; `{f['fields']}` refers to [{f['reference']['resource']}](#{f['reference']['resource']})"
        for f in schema.get("foreignKeys", ())
    )
    yield ".\n\n"
    yield table(
        ("Field", "Type", "Unit", "Constraints", "Meaning"),
        (
            (f"`{f['name']}`", f["type"], f.get("unit", ""), rules(f), f.get("description", ""))
            for f in schema["fields"]
        ),
    )


def table_page() -> str:
    """Return the schema of every fact table."""
    package = json.loads((PACKAGE / "datapackage.json").read_text("utf-8"))
    lead = "# Fact tables\n\nGenerated from `datapackage.json`, which also reads and checks the tables.\n"
    return "\n".join([lead, *("".join(one_table(r)) for r in package["resources"])])


# Commodities


def commodity_page() -> str:
    """Return every commodity with the series that feed it."""
    mapped = embedded().table("supply_map")
    priced = [row for row in embedded().table("price_series") if row["role"] == "reference"]
    found = ["# Commodities", "", "METI's 13 stand first, in the order of the study.", ""]
    for key, one in names.commodities().items():
        known_as = ", ".join(dict.fromkeys(a for a in (one.symbol, *one.aliases) if a)) or NONE
        found += [
            f"## {one.en} {{ #{key} }}",
            "",
            f"{one.ja}. Key `{key}`; also found by: {known_as}.",
            f"A tonne is: {one.basis_en} / {one.basis_ja}.",
            "",
            table(
                ("Variable", "Step", "Series", "Measure", "Years", "Status", "Reason", "理由"),
                (
                    (f"`{r['variable']}`", r["step"], series(r), r["measure"], years(r), f"`{r['status']}`",
                     r["reason_en"], r["reason_ja"])
                    for r in mapped if r["commodity"] == key
                ),
            ),
            prices([row for row in priced if row["commodity"] == key]),
        ]  # fmt: skip
    return "\n".join(found)


def series(row: dict[str, str]) -> str:
    """Return table, commodity and series that a row of the supply map names, with the factor."""
    factor = "" if row["factor"] in ("", "1") else f" × {row['factor']}"
    return ":".join(p for p in (row["table"], row["series_commodity"], row["series"]) if p) + factor


def years(row: dict[str, str]) -> str:
    """Return the years for which a row holds; empty for all."""
    ends = row["first_year"], row["last_year"]
    return f"{ends[0]}–{ends[1]}" if any(ends) else ""


def prices(rows: list[dict[str, str]]) -> str:
    """Return the reference price: one row a definition, the newest first."""
    if not rows:
        return "No reference price in the package.\n"
    head = ("Definition", "Reference price", "基準価格", "Years", "Reason", "理由")
    return table(
        head, ((r["segment"], r["label_en"], r["label_ja"], years(r), r["reason_en"], r["reason_ja"]) for r in rows)
    )


# Candidates


def candidate_page() -> str:
    """Return the eleven candidates of the study and what became of them."""
    declared = indicators()
    rows = []
    for row in embedded().table("candidates"):
        keys = [k for k in row["indicator"].split(";") if k]
        on_axes = [f"{declared[k].axis}" for k in keys if declared[k].axis]
        here = code(keys) if keys else f"not computed: {row['reason_en']} / {row['reason_ja']}"
        stage = text(f"stage.{row['stage']}", "en")
        rows.append((row["number"], row["name_en"], row["name_ja"], stage, " and ".join(on_axes) or "dropped", here))
    listed = sum(one.axis > 0 for one in declared.values())
    candidates = embedded().table("candidates")
    by_stage = ", ".join(
        f"{text(f'stage.{s}', 'en').lower()} {sum(r['stage'] == s for r in candidates)}" for s in STAGES
    )
    return "\n".join([
        "# Eleven candidates, six axes",
        "",
        f"The study weighed {len(rows)} candidates ({by_stage}) and drew {listed} axes. Governance of import partners "
        "became two axes: concentrates, and refined products. What it dropped can be switched on here where open "
        "figures exist.",
        "",
        table(("No.", "Candidate", "候補", "Stage", "Axis", "Here"), rows),
    ])  # fmt: skip


# Policies, their assumptions, types


def one_lever(kind: LeverKind) -> str:
    """Return the entry of one kind of policy."""
    size = f"`{kind.size_name}` [{kind.unit}], at most {kind.size_max:g}"
    facts = [
        ("Key", f"`{kind.key}`{mark(kind)}"),
        ("Name", f"{kind.name['en']} / {kind.name['ja']}"),
        ("Policy of the study", PACKAGE_POLICIES[kind.policy] if kind.policy else NONE),
        ("Size", size),
        ("Host", "needed" if kind.needs_host else "none"),
        ("Acts on", f"{kind.acts_on['en']}<br>{kind.acts_on['ja']}"),
        ("Can worsen", f"{kind.can_worsen['en']}<br>{kind.can_worsen['ja']}"),
    ]
    doc = inspect.cleandoc(kind.apply.__doc__ or "")
    return "\n".join([f"## {kind.name['en']} {{ #{kind.key} }}", "", doc, "", table(("What", "Declared"), facts)])


def lever_page() -> str:
    """Return every kind of policy, in the order in which they apply."""
    kinds = lever_kinds()
    overview = table(
        ("Order", "Key", "English", "日本語", "Size", "Unit", "Host"),
        ((k.order, f"[`{k.key}`](#{k.key})", k.name["en"], k.name["ja"], f"`{k.size_name}`", k.unit,
          "needed" if k.needs_host else "") for k in kinds.values()),
    )  # fmt: skip
    return "\n".join([
        "# Policies",
        "",
        "Generated from the declarations. Policies apply in this order, whatever the order of a list. What they do to "
        "a supply chain is in [Concepts](../concepts.md#policies); delays, costs and default sizes are "
        "[assumptions](assumptions.md).",
        "",
        overview,
        *(one_lever(kind) for kind in kinds.values()),
    ])  # fmt: skip


def assumption_page() -> str:
    """Return the table of assumptions on policies, one section a kind."""
    rows = embedded().table("lever_defaults")
    found = [
        "# Assumptions on policies",
        "",
        "As packaged. The central value counts; low and high are shown beside it. A row without a commodity serves "
        "every commodity that has none of its own. What each parameter does is in "
        "[Concepts](../concepts.md#default-size).",
        "",
    ]
    for kind in lever_kinds().values():
        cells = ("parameter", "commodity", "low", "central", "high", "unit", "flag", "confidence", "source")
        found += [
            f"## {kind.name['en']} {{ #{kind.key} }}",
            "",
            table(
                ("Parameter", "Commodity", "Low", "Central", "High", "Unit", "Flag", "Confidence", "Source"),
                ([f"`{r[c]}`" if r[c] and c in ("parameter", "commodity") else r[c] for c in cells]
                 for r in rows if r["lever"] == kind.key),
            ),
        ]  # fmt: skip
    return "\n".join(found)


def both(key: str, **values: str) -> tuple[str, str]:
    """Return a text in English and Japanese."""
    return text(key, "en", **values), text(key, "ja", **values)


def type_page() -> str:
    """Return types, clauses with lines and margins, and the study's tables of policies."""
    read, scoring = ASKS, Scoring()
    line = {"companion": scoring.companion_line} | {c: scoring.high[i] for c, i in read.items()}
    clauses = table(
        ("Clause", "English", "日本語", "Reads", "Line"),
        ((f"`{c}`", *both(f"clause.{c}", answer="…"),
          f"[`{read[c]}`](indicators.md#{read[c]})" if c in read else "", f"{line[c]:g}" if c in line else "")
         for c in CLAUSES),
    )  # fmt: skip
    margins = table(
        ("Clause", "Line", "Margin"), ((f"`{c}`", f"{line[c]:g}", f"{m:g}") for c, m in scoring.margins.items())
    )
    cells = {(r["type"], r["policy"]): r for r in embedded().table("type_policy")}

    def cell(kind: str, policy: str) -> str:
        row = cells[kind, policy]
        return f"{row['text_en']}<br>{row['text_ja']}<br>*{text('confidence.' + row['confidence'], 'en')}*"

    packages = table(
        ("Type", *("<br>".join(both(f"policy.{p}")) for p in POLICIES)),
        (("<br>".join(both(f"type.{kind}")), *(cell(kind, p) for p in POLICIES)) for kind in TYPES if kind != "none"),
    )
    rules = table(
        ("Policy", "Rule of the study"), (("<br>".join(both(f"policy.{p}")), cell("rule", p)) for p in POLICIES)
    )
    answers = table(
        ("Indicator", "Policy", "対策", "Reason", "理由"),
        ((f"[`{r['indicator']}`](indicators.md#{r['indicator']})", r["policy_en"], r["policy_ja"], r["reason_en"],
          r["reason_ja"]) for r in embedded().table("indicator_policy")),
    )  # fmt: skip
    demand = table(
        ("Commodity", "Class", "Growth a year, 2019 to 2050", "Home demand [t]"),
        ((f"[{names.label(r['commodity'], 'en')}](commodities.md#{r['commodity']})",
          r["demand_class"].replace("_", " "), r["cagr_2019_2050"], f"{float(r['home_demand']):,.0f}")
         for r in embedded().table("study_demand")),
    )  # fmt: skip
    return "\n".join([
        "# Types and packages",
        "",
        "Generated from the declarations and the packaged tables. The types and both tables of policies are those of "
        "METI's study; the rule, its lines and its margins are ours. [Concepts](../concepts.md#types) has the rule.",
        "",
        "## Types { #types }",
        "",
        table(("Key", "English", "日本語"), ((f"`{kind}`", *both(f"type.{kind}")) for kind in TYPES)),
        "## Clauses { #clauses }",
        "",
        "In the order in which the rule asks them. `production_high` reads step refined where there is no ore; it then "
        "counts upstream, not for the mine side. Something upstream is high if any of the four last clauses is yes.",
        "",
        clauses,
        "## Margins { #margins }",
        "",
        "A raw value within its margin of the line makes the clause \"near\". `[high]` and `[typology]` of a study "
        "file change lines and margins.",
        "",
        margins,
        "## Packages { #packages }",
        "",
        "In italics: how surely the cell could be reconstructed.",
        "",
        packages,
        rules,
        "## Indicators and policies { #logic }",
        "",
        answers,
        "## Demand in the study { #demand }",
        "",
        "A class of *discontinuous increase* answers the first clause. Growth enters the ceiling of recycling, home "
        "demand the default size where the tonnes of imports are not known.",
        "",
        demand,
    ])  # fmt: skip


# Command line


def verbs(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every verb, the application itself first."""
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from verbs(inner, (*path, name))


def help_of(path: Sequence[str], lang: Lang) -> str:
    """Return what `--help` prints, by running the application in this process."""
    said = io.StringIO()
    os.environ["COLUMNS"] = str(WIDTH)
    with redirect_stdout(said), redirect_stderr(said):
        try:
            main([*path, "--help", "--lang", lang])
        except SystemExit as end:
            if end.code:
                message = f"shigen {' '.join(path)} --help ended with {end.code}: {said.getvalue()}"
                raise RuntimeError(message) from end
    plain = re.sub(r"\x1b\[[0-9;]*m", "", said.getvalue())
    return "\n".join(line.rstrip() for line in plain.splitlines()).strip("\n")


def cli_page() -> str:
    """Return the help of every verb in both languages."""
    paths = list(verbs(typer.main.get_command(build("en"))))
    helps = {(path, lang): help_of(path, lang) for lang in sorted(LANGS) for path in paths}
    found = ["# Command line", "", "What `--help` prints. Exit codes and output are in [Get started](../start.md).", ""]
    for path in paths:
        found.append(f"## {' '.join(('shigen', *path))} {{ #{'-'.join(('shigen', *path))} }}\n")
        for lang, title in (("en", "English"), ("ja", "日本語")):
            shown = "\n".join(f"    {line}".rstrip() for line in f"```text\n{helps[path, lang]}\n```".splitlines())
            found.append(f'=== "{title}"\n\n{shown}\n')
    return "\n".join(found)


PAGES: Final[dict[str, Callable[[], str]]] = {
    "indicators": indicator_page,
    "methods": method_page,
    "variables": variable_page,
    "tables": table_page,
    "commodities": commodity_page,
    "candidates": candidate_page,
    "levers": lever_page,
    "assumptions": assumption_page,
    "types": type_page,
    "cli": cli_page,
}
