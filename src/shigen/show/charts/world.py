"""The world: who produces a mineral, holds it or supplies it, with its mines, plants and projects; and governance."""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, text
from shigen.model.indicators import import_axes
from shigen.outlook.projects import Project
from shigen.show.charts import theme
from shigen.show.charts.cite import editions
from shigen.show.charts.kind import Rows, chart_kind, in_no_study
from shigen.show.charts.outlines import HEIGHT, WIDTH, projected

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment

SOURCE: Final = "Natural Earth"
"""Of the outlines of countries."""
EVERY: Final = 80
"""Countries that a map colours: all that a publisher names."""
_IMPORTS: Final = tuple(import_axes().values())
LAND: Final = "#e3e7eb"
WARM: Final = ("#fff4e0", *theme.RISK[1:])
BLUES: Final = ("#d6e4f0", "#8ab8dc", "#2f79b5", "#0b3d6b")
MARKS: Final = {
    "mine": ("#d1600a", "circle"), "plant": ("#7b4ea3", "circle"),
    "project": ("#2e7d32", "diamond"), "own": ("#1f2933", "diamond"),
}  # fmt: skip


def labelled(rows: Iterable[dict[str, Any]], projects: Iterable[Project], lang: Lang, *, of: str) -> Rows:
    """Return rows of `model.suppliers` and places of one commodity as a map needs them.

    `kind` is `share` (a country's share of production at the step that counts, of reserves, or of the importer's
    imports at the step of which it takes more), or the mark of a place: the stage of a site, `project` or `own`.
    Projects without a place count at their country.
    """
    every = [row for row in rows if row["panel"].startswith(of) and row["country"] != names.OTHER]
    newest = max((row["year"] for row in every), default=0)
    every = [row for row in every if row["year"] == newest]
    panel = _fuller(every) if of == "imports" else min((row["panel"] for row in every), default="")
    shown = [
        {"kind": "share", "commodity": row["commodity"], "iso3": row["country"],
         "name": names.label(row["country"], lang), "share": row["share"], "value": row["value"], "unit": row["unit"],
         "panel": panel}
        for row in every if row["panel"] == panel
    ]  # fmt: skip
    counts: dict[tuple[str, str], list[Project]] = {}
    for project in projects:
        if project.place is None:
            if project.kind != "site":
                counts.setdefault((project.kind, project.country), []).append(project)
            continue
        latitude, longitude = project.place
        x, y = (round(float(middle), 1) for middle in projected(longitude, latitude))
        mark = project.kind if project.kind != "site" else "plant" if project.stage == "plant" else "mine"
        shown.append({"kind": mark, "commodity": project.commodity,
                      "name": project.name, "latitude": latitude, "longitude": longitude,
                      "x": x, "y": y, "t": project.size, "edition": project.source})  # fmt: skip
    for (kind, country), several in counts.items():
        titles = list(dict.fromkeys(project.name for project in several))
        shown.append({"kind": kind, "commodity": several[0].commodity, "at": country, "name": "; ".join(titles),
                      "count": len(titles)})  # fmt: skip
    return shown


def _fuller(rows: Sequence[dict[str, Any]]) -> str:
    """Return the panel with the larger sum, where both are in one unit; else that of refined goods."""
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["panel"]] = sums.get(row["panel"], 0.0) + row["value"]
    alike = len({row["unit"] for row in rows}) == 1
    return max(sums, key=lambda panel: (sums[panel] if alike else 0.0, panel), default="")


def spec(lang: Lang, *, of: str) -> Any:
    """Return the map: countries by share, sites by stage and size, projects counted at their country."""
    import altair as alt

    data = alt.NamedData("rows")
    land = _countries("share", alt.Fill(
        "share:Q", scale=alt.Scale(domain=[0, 0.1, 0.4, 1], range=list(BLUES), clamp=True, interpolate="rgb"),
        legend=alt.Legend(title=text(f"map.{of}_legend", lang), orient="bottom", direction="horizontal", format=".0%",
                          gradientLength=170, values=[0, 0.2, 0.5, 1], titleLimit=0),
    ))  # fmt: skip
    mark_names = {m: text(f"map.{m}" if m in ("project", "own") else f"project_stage.{m}", lang) for m in MARKS}
    label = json.dumps(mark_names, ensure_ascii=False) + "[datum.label]"
    placed = (
        alt.Chart(data).transform_filter("datum.kind != 'share'")
        .transform_lookup(lookup="at", from_=alt.LookupData(alt.NamedData("outlines"), "id"), as_="country")
        .transform_calculate(x="isValid(datum.x) ? datum.x : datum.country ? datum.country.x : null",
                             y="isValid(datum.y) ? datum.y : datum.country ? datum.country.y : null",
                             many="datum.count > 1 ? datum.count : ''")
        .transform_filter("isValid(datum.x)")
    )  # fmt: skip
    legend = alt.Legend(title=None, orient="top", labelExpr=label, labelLimit=0, columnPadding=12, symbolOpacity=1)
    colour = alt.Color("kind:N", legend=legend,
                       scale=alt.Scale(domain=list(MARKS), range=[c for c, _ in MARKS.values()]))  # fmt: skip
    shape = alt.Shape("kind:N", legend=legend,
                      scale=alt.Scale(domain=list(MARKS), range=[s for _, s in MARKS.values()]))  # fmt: skip
    largest = "domain('size')[1]"
    unit = json.dumps(text("map.size_unit", lang), ensure_ascii=False)
    # Where no site has a size the scale would have no end, and the legend no place: it ends at 1, and nothing is shown.
    size = alt.Size("t:Q", scale=alt.Scale(range=[20, 320], nice=True, domain={"unionWith": [0, 1]}), legend=alt.Legend(
        title=None, values=alt.ExprRef(f"[{largest} / 4, {largest}]"), orient="bottom", direction="horizontal",
        labelExpr=f"{largest} > 1 ? format(datum.value, ',') + {unit} : ''", symbolType="circle",
        symbolOpacity=alt.ExprRef(f"{largest} > 1 ? 1 : 0"), symbolFillColor=theme.GRID, symbolStrokeColor=theme.SOFT,
    ))  # fmt: skip
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, HEIGHT], reverse=True, nice=False))
    where: Any = {"x": x, "y": y, "color": colour, "shape": shape}
    point: Any = {"filled": True, "opacity": 0.82, "stroke": "white", "strokeWidth": 0.6}
    sized = placed.transform_filter("datum.t > 0").mark_point(**point).encode(**where, size=size)
    unsized = placed.transform_filter("!(datum.t > 0)").mark_point(**point, size=60).encode(**where)
    number = placed.mark_text(fontSize=11, dx=11, fontWeight="bold", align="center").encode(
        x=x, y=y, text=alt.Text("many:N")
    )
    return _map(alt.layer(land, sized, unsized, number), lang)


def governance_spec(lang: Lang) -> Any:
    """Return the map of governance risk."""
    import altair as alt

    return _map(_countries("governance", alt.Fill(
        "governance:Q", scale=alt.Scale(domain=[0.1, 0.3, 0.5, 0.7, 0.9], range=list(WARM), clamp=True,
                                                interpolate="rgb"),
        legend=alt.Legend(title=text("map.governance_map_legend", lang), orient="bottom", direction="horizontal",
                          gradientLength=200, values=[0.1, 0.3, 0.5, 0.7, 0.9], format=".1f", titleLimit=0),
    )), lang)  # fmt: skip


def _countries(figure: str, colour: Any) -> Any:
    """Return the countries, coloured where the rows hold a figure of them."""
    import altair as alt

    every = alt.Chart(alt.NamedData("outlines"))
    coloured = (
        every.transform_lookup(lookup="id", from_=alt.LookupData(alt.NamedData("rows"), "iso3", [figure]))
        .transform_filter(f"isValid(datum.{figure})")
        .mark_geoshape(stroke="white", strokeWidth=0.5).encode(fill=colour)
    )  # fmt: skip
    # The land below is the same in every map, so that a page needs to hold it once.
    land = alt.Chart(alt.NamedData("land")).mark_geoshape(fill=LAND, stroke="white", strokeWidth=0.5)
    return alt.layer(land, coloured)


def _map(chart: Any, lang: Lang) -> Any:
    return (
        chart.project("identity", scale=1, translate=[0, 0])  # the outlines are in pixels
        .properties(width=WIDTH, height=HEIGHT).configure(**theme.config(lang))
    )  # fmt: skip


def cites(*indicators: str) -> Callable[..., list[str]]:
    """Return what a map cites: editions of what it colours, those of the sites on it, and of the outlines."""

    def of_map(
        assessments: "Sequence[Assessment]", commodities: Sequence[str], rows: Rows, commodity: str | None = None
    ) -> list[str]:  # fmt: skip
        coloured = editions(assessments, _only(commodities, commodity), indicators)
        return [*coloured, *(row["edition"] for row in rows if row["kind"] in ("mine", "plant")), SOURCE]

    return of_map


def _cites_governance(assessments: "Sequence[Assessment]") -> list[str]:
    return [*(edition for edition in editions(assessments, None, _IMPORTS) if edition.startswith("WGI")), SOURCE]


def _only(commodities: Sequence[str], commodity: str | None) -> str:
    """Return the commodity of a map: the one that is named, or the only one there is."""
    if commodity is None and len(commodities) > 1:
        raise UserError("map_of_one", known=", ".join(commodities))
    return commodity or commodities[0]


@chart_kind(
    key="map", per="commodity",
    name={"ja": "世界地図：生産量", "en": "World map: production"},
    cites=cites("production_concentration"), spec=partial(spec, of="production"),
)  # fmt: skip
def production_map(
    commodities: Sequence[str], shares: Rows, projects: Sequence[Project], lang: Lang, commodity: str | None = None
) -> Rows:  # fmt: skip
    """Return who produces one commodity, and its sites and projects; see `labelled`."""
    only = _only(commodities, commodity)
    return labelled(_of(shares, only), [one for one in projects if one.commodity == only], lang, of="production")


@chart_kind(
    key="reserves_map", per="commodity",
    name={"ja": "世界地図：埋蔵量", "en": "World map: reserves"},
    cites=cites("reserve_concentration"), spec=partial(spec, of="reserves"), files=in_no_study,
)  # fmt: skip
def reserves_map(
    commodities: Sequence[str], shares: Rows, projects: Sequence[Project], lang: Lang, commodity: str | None = None
) -> Rows:  # fmt: skip
    """Return who holds the reserves of one commodity, and its sites and projects; see `labelled`."""
    only = _only(commodities, commodity)
    return labelled(_of(shares, only), [one for one in projects if one.commodity == only], lang, of="reserves")


@chart_kind(
    key="imports_map", per="commodity",
    name={"ja": "世界地図：輸入", "en": "World map: imports"},
    cites=cites(*_IMPORTS), spec=partial(spec, of="imports"), files=in_no_study,
)  # fmt: skip
def imports_map(commodities: Sequence[str], shares: Rows, lang: Lang, commodity: str | None = None) -> Rows:
    """Return of whom the importer takes one commodity; see `labelled`."""
    return labelled(_of(shares, _only(commodities, commodity)), (), lang, of="imports")


def _of(shares: Rows, commodity: str) -> Rows:
    return [row for row in shares if row["commodity"] == commodity]


@chart_kind(
    key="governance_map", per="whole",
    name={"ja": "世界地図：ガバナンスリスク", "en": "World map: governance risk"},
    cites=_cites_governance, spec=governance_spec,
)  # fmt: skip
def governance_map(assessments: "Sequence[Assessment]", lang: Lang) -> Rows:
    """Return one row a country of the chain: governance risk."""
    shown = []
    for one in assessments:
        risk = one.chain["governance"] if "year" not in one.chain.dims else one.chain["governance"].isel(year=-1)
        shown += [{"kind": "governance", "iso3": str(c), "name": names.label(str(c), lang), "governance": float(v)}
                  for c, v in zip(risk["country"].values, risk.values, strict=True) if v == v]  # fmt: skip
    return shown
