"""Mines, plants and projects: where they are, how large, whose and at what stage; and which policy a project would be.

Sites are what the open tables of mines hold; projects are what companies and programmes announce; a user's own projects
come from the sheet `projects` of an overlay. Their tonnes are never added up: measures and bases differ.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from shigen.base import given, names
from shigen.base.declare import Lever
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import LANGS, Lang, source_words
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.levers import lever, lever_kinds

COLUMNS: Final = (
    "kind", "name", "commodity", "country", "stage", "status", "status_as_published", "t_per_year", "measure", "of",
    "year", "start_year", "owner", "japanese_interest", "programme", "capex", "capex_unit", "cost_musd", "offtake",
    "latitude", "longitude", "lever", "source", "confidence", "note",
)  # fmt: skip
KINDS: Final = ("own", "project", "site")
STAGES: Final = ("mine", "mine_and_plant", "plant", "recycling", "material", "exploration", "unclear")
STATUSES: Final = (
    "operating", "assumed_operating", "construction", "permitting", "development", "study", "halted", "closed",
    "unknown",
)  # fmt: skip
RUNNING: Final = ("operating", "assumed_operating")
"""What already produces: its output is in the figures, and no policy adds it."""
_OWN_STATUS: Final[Mapping[str, str]] = {"planned": "development", "exploration": "study", "suspended": "halted"}


def policies_of_stages() -> dict[str, str]:
    """Return the policy that a project of a stage would be; one of both stages is one of each, and the user chooses."""
    kinds = [kind for kind in reversed(lever_kinds().values()) if kind.project in STAGES]
    of = {str(kind.project): kind.key for kind in kinds}
    return {stage: of[stage] for stage in STAGES if stage in of}


@dataclass(frozen=True)
class Project:
    """A mine, a plant or a project of one commodity."""

    kind: str
    """`site` of an open table of mines, `project` announced, `own` of the user."""
    name: str
    commodity: str
    country: str
    stage: str
    status: str
    t_per_year: float | None = None
    measure: str = ""
    """What the tonnes are: `capacity`, `output` or `planned`."""
    on_basis: bool = False
    """The tonnes are on the commodity's basis, so that a policy may take them."""
    place: tuple[float, float] | None = None
    """Latitude and longitude."""
    shared: bool = False
    """The tonnes or the place stand for several sites."""
    offtake: float = 1.0
    """Share of the output that goes home."""
    cost_musd: float | None = None
    confidence: str = ""
    source: str = ""
    cells: Mapping[str, Any] = field(default_factory=dict)
    """Further cells as the table has them: `owner`, `year`, `note_ja` …"""

    @property
    def lever_key(self) -> str:
        """Return the policy that it would be; empty where it is none or nothing says how large."""
        if self.t_per_year is None or not self.on_basis or self.status in (*RUNNING, "closed"):
            return ""
        return policies_of_stages().get(self.stage, "")

    @property
    def size(self) -> float | None:
        """Return the tonnes where they can be set beside those of other sites; None for ore weight of a metal."""
        by_weight = "gross" in names.commodities()[self.commodity].basis_en
        comparable = not self.shared and (by_weight or self.cells.get("basis") != "gross")
        return self.t_per_year if comparable else None

    def row(self, lang: Lang) -> dict[str, Any]:
        """Return its row with COLUMNS, words in one language."""
        filled = {key: value for key, value in self.cells.items() if value not in (None, "")}
        own = {
            "kind": self.kind, "name": source_words(self.name, lang),
            "commodity": self.commodity, "country": self.country,
            "stage": self.stage, "status": self.status, "t_per_year": self.t_per_year, "measure": self.measure or None,
            "of": filled.get("basis") or filled.get(f"capacity_of_{lang}"), "cost_musd": self.cost_musd,
            "offtake": self.offtake if self.kind == "own" else None, "lever": self.lever_key or None,
            "latitude": self.place[0] if self.place else None, "longitude": self.place[1] if self.place else None,
            "source": self.source, "confidence": self.confidence or None,
        }  # fmt: skip
        return {column: own[column] if column in own else filled.get(column, filled.get(f"{column}_{lang}"))
                for column in COLUMNS}  # fmt: skip


def projects(
    commodities: str | Sequence[str] | None = None, *, countries: str | Sequence[str] | None = None,
    statuses: str | Sequence[str] | None = None, kinds: str | Sequence[str] | None = None,
    own: Iterable[Mapping[str, Any]] = (), facts: FactBase | None = None,
) -> list[Project]:  # fmt: skip
    """Return sites and projects: the user's own first, then projects, then sites, each by commodity and size.

    Parameters
    ----------
    commodities, countries : str or sequence of str, optional
        Any names; all when not given.
    statuses : str or sequence of str, optional
        Of STATUSES; all when not given.
    kinds : str or sequence of str, optional
        Of KINDS; all when not given.
    own : iterable of mapping
        The user's projects, as `read_overlay` returns them.
    facts : FactBase, optional
        Those of the snapshot in use when not given.

    Raises
    ------
    UserError
        A commodity, country, status or kind that is not known.
    """
    commodities, countries, statuses, kinds = (
        None if one is None else given.words(one, name)
        for name, one in (
            ("commodities", commodities),
            ("countries", countries),
            ("statuses", statuses),
            ("kinds", kinds),
        )
    )
    keys = [names.commodity(word) for word in commodities] if commodities is not None else None
    found = [names.importer(word, said="country") for word in countries or ()]
    places = {member for key in found for member in names.members(key)} or None
    for word in statuses or ():
        if word not in STATUSES:
            raise UserError("unknown_project_status", suggestions=suggest(word, STATUSES), word=word,
                            known=", ".join(STATUSES))  # fmt: skip
    for word in kinds or ():
        if word not in KINDS:
            raise UserError("unknown_project_kind", suggestions=suggest(word, KINDS), word=word,
                            known=", ".join(KINDS))  # fmt: skip
    facts = facts or current()
    every = [*map(_own, own), *map(_project, _records(facts, "projects")), *map(_site, _records(facts, "sites"))]
    kept = [
        one for one in every
        if (keys is None or one.commodity in keys) and (places is None or one.country in places)
        and (not statuses or one.status in statuses) and (not kinds or one.kind in kinds)
    ]  # fmt: skip
    order = {key: i for i, key in enumerate(keys or names.commodities())}
    return sorted(kept, key=lambda p: (KINDS.index(p.kind), order[p.commodity], -(p.size or 0.0), p.name))


def as_lever(project: Project, *, stage: str | None = None, offtake: float | None = None) -> Lever:
    """Return the policy that a project would be: an investment in a mine or in a smelter, at its planned size.

    Parameters
    ----------
    project : Project
        From `projects`.
    stage : {"mine", "plant"}, optional
        Which one, where the project is both or its table does not say.
    offtake : float, optional
        Share of the output that goes home; the project's own when not given.

    Raises
    ------
    UserError
        It already runs or is closed, nothing says how large it is on the commodity's basis, or neither policy fits.
    """
    if project.status in (*RUNNING, "closed"):
        raise UserError("project_running", place=project.name, status=project.status)
    both = project.stage in ("mine_and_plant", "unclear")
    chosen = stage or project.stage
    policies = policies_of_stages()
    if chosen not in policies or (stage and stage != project.stage and not both):
        raise UserError("project_stage", place=project.name, stage=project.stage, known=", ".join(policies))
    if project.t_per_year is None or not project.on_basis:
        raise UserError("project_size", place=project.name, commodity=project.commodity)
    return lever(
        policies[chosen], project.commodity, host=project.country, t_per_year=project.t_per_year,
        offtake=project.offtake if offtake is None else offtake, cost_musd=project.cost_musd, note=project.name,
    )  # fmt: skip


def _records(facts: FactBase, table: str) -> list[dict[str, Any]]:
    rows = facts.query(f"select * from {table}").to_dict("records")
    return [{str(k): None if v != v else v for k, v in row.items()} for row in rows]


def _site(row: Mapping[str, Any]) -> Project:
    place = None if row["latitude"] is None else (row["latitude"], row["longitude"])
    return Project(
        kind="site", name=row["site"], commodity=row["commodity"], country=row["country"], stage=row["stage"],
        status=row["status"], t_per_year=row["t_per_year"], measure=row["measure"] or "", place=place,
        shared=row["shared"] == "yes", confidence=row["confidence"], source=row["edition"],
        cells=_cells(row, "basis", "year", "owner", "status_as_published", "note_ja", "note_en"),
    )  # fmt: skip


def _project(row: Mapping[str, Any]) -> Project:
    tonnes = row["t_per_year"]
    words = [f"{word}_{lang}" for word in ("capacity_of", "japanese_interest", "programme", "capex_unit", "note")
             for lang in LANGS]  # fmt: skip
    return Project(
        kind="project", name=row["project"], commodity=row["commodity"], country=row["country"], stage=row["stage"],
        status=row["status"], t_per_year=tonnes, measure="" if tonnes is None else "planned",
        on_basis=row["on_basis"] == "yes", confidence=row["confidence"], source=row["source"],
        cells=_cells(row, "status_as_published", "start_year", "owner", "capex", *words),
    )  # fmt: skip


def _own(row: Mapping[str, Any]) -> Project:
    status = str(row.get("status") or "unknown")
    return Project(
        kind="own", name=row["project"], commodity=row["commodity"], country=row["country"],
        stage="mine" if row["step"] == "ore" else "plant", status=_OWN_STATUS.get(status, status),
        t_per_year=row["t_per_year"], measure="planned", on_basis=True,
        offtake=1.0 if row.get("offtake") is None else row["offtake"], cost_musd=row.get("cost_musd"),
        source=row["source"], cells=_cells(row, "start_year", "owner"),
    )  # fmt: skip


def _cells(row: Mapping[str, Any], *columns: str) -> dict[str, Any]:
    """Return some cells of a row; whole numbers without a decimal."""
    whole = ("year", "start_year")
    return {c: int(row[c]) if c in whole and row.get(c) is not None else row.get(c) for c in columns}
