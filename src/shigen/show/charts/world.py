"""The world: who produces a mineral, holds it or supplies it, with its mines, plants and projects; and governance."""

import json
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, text
from shigen.model.suppliers import suppliers
from shigen.outlook.projects import Project, projects
from shigen.show.charts import Kind, theme
from shigen.show.charts.outlines import HEIGHT, WIDTH, projected

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment

SOURCE: Final = "Natural Earth"
"""Of the outlines of countries."""
LAND: Final = "#e3e7eb"
WARM: Final = ("#fff4e0", *theme.RISK[1:])
BLUES: Final = ("#d6e4f0", "#8ab8dc", "#2f79b5", "#0b3d6b")
MARKS: Final = {
    "mine": ("#d1600a", "circle"), "plant": ("#7b4ea3", "circle"),
    "project": ("#2e7d32", "diamond"), "own": ("#1f2933", "diamond"),
}  # fmt: skip


def rows(
    *assessments: "Assessment", lang: Lang, commodity: str | None = None, of: str = "production"
) -> list[dict[str, Any]]:
    """Return the rows of one commodity, see `labelled`; `of` is production, reserves or imports.

    Raises
    ------
    UserError
        Several commodities, and none is named.
    """
    keys = list(dict.fromkeys(str(c) for one in assessments for c in one.chain["commodity"].values))
    if commodity is None and len(keys) > 1:
        raise UserError("map_of_one", known=", ".join(keys))
    only = commodity or keys[0]
    found = [row for one in assessments for row in suppliers(one.chain, top=80) if row["commodity"] == only]
    return labelled(found, projects([only]) if of != "imports" else (), lang, of=of)


def labelled(
    found: Iterable[dict[str, Any]], held: Iterable[Project], lang: Lang, *, of: str = "production"
) -> list[dict[str, Any]]:
    """Return rows of `model.suppliers` and places of one commodity as a map needs them.

    `kind` is `share` (a country's share of production at the step that counts, of reserves, or of the importer's
    imports at the step of which it takes more), or the mark of a place: the stage of a site, `project` or `own`.
    Projects without a place count at their country.
    """
    every = [row for row in found if row["panel"].startswith(of) and row["country"] != names.OTHER]
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
    for one in held:
        if one.place is None:
            if one.kind != "site":
                counts.setdefault((one.kind, one.country), []).append(one)
            continue
        latitude, longitude = one.place
        x, y = (round(float(middle), 1) for middle in projected(longitude, latitude))
        mark = one.kind if one.kind != "site" else "plant" if one.stage == "plant" else "mine"
        shown.append({"kind": mark, "commodity": one.commodity,
                      "name": one.name, "latitude": latitude, "longitude": longitude,
                      "x": x, "y": y, "t": one.size, "edition": one.source})  # fmt: skip
    for (kind, country), several in counts.items():
        told = list(dict.fromkeys(one.name for one in several))
        shown.append({"kind": kind, "commodity": several[0].commodity, "at": country, "name": "; ".join(told),
                      "count": len(told)})  # fmt: skip
    return shown


def _fuller(rows: Sequence[dict[str, Any]]) -> str:
    """Return the panel with the larger sum, where both are in one unit; else that of refined goods."""
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["panel"]] = sums.get(row["panel"], 0.0) + row["value"]
    alike = len({row["unit"] for row in rows}) == 1
    return max(sums, key=lambda panel: (sums[panel] if alike else 0.0, panel), default="")


def spec(lang: Lang, *, of: str = "production") -> Any:
    """Return the map: countries by share, sites by stage and size, projects counted at their country."""
    import altair as alt

    data = alt.NamedData("rows")
    land = _countries("share", alt.Fill(
        "share:Q", scale=alt.Scale(domain=[0, 0.1, 0.4, 1], range=list(BLUES), clamp=True, interpolate="rgb"),
        legend=alt.Legend(title=text(f"map.{of}_legend", lang), orient="bottom", direction="horizontal", format=".0%",
                          gradientLength=170, values=[0, 0.2, 0.5, 1], titleLimit=0),
    ))  # fmt: skip
    told = {m: text(f"map.{m}" if m in ("project", "own") else f"project_stage.{m}", lang) for m in MARKS}
    label = json.dumps(told, ensure_ascii=False) + "[datum.label]"
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
    number = placed.mark_text(fontSize=11, dx=11, fontWeight="bold", align="center").encode(x=x, y=y, text="many:N")
    return _map(alt.layer(land, sized, unsized, number), lang)


def governance_rows(*assessments: "Assessment", lang: Lang, commodity: str | None = None) -> list[dict[str, Any]]:  # noqa: ARG001
    """Return one row a country of the chain: governance risk."""
    shown = []
    for one in assessments:
        risk = one.chain["governance"] if "year" not in one.chain.dims else one.chain["governance"].isel(year=-1)
        shown += [{"kind": "governance", "iso3": str(c), "name": names.label(str(c), lang), "governance": float(v)}
                  for c, v in zip(risk["country"].values, risk.values, strict=True) if v == v]  # fmt: skip
    return shown


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


def cited(kind: Kind, records: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return the sources of a map: editions of what it colours, those of the sites on it, and of the outlines."""
    if kind is GOVERNANCE:
        of = ("ore_import_governance", "refined_import_governance")
        read = [e for r in records if r["indicator"] in of for e in r["sources"] if e.startswith("WGI")]
    else:
        read = [e for r in records if r["indicator"] in _READ[kind.key] for e in r["sources"]]
    sites = [row["edition"] for row in rows if row["kind"] in ("mine", "plant")]
    return tuple(dict.fromkeys([*read, *sites, SOURCE]))


_READ: Final = {
    "map": ("production_concentration",), "reserves_map": ("reserve_concentration",),
    "imports_map": ("ore_import_governance", "refined_import_governance"),
}  # fmt: skip
MAP: Final = Kind("map", rows, spec)
RESERVES: Final = Kind("reserves_map", partial(rows, of="reserves"), partial(spec, of="reserves"))
IMPORTS: Final = Kind("imports_map", partial(rows, of="imports"), partial(spec, of="imports"))
GOVERNANCE: Final = Kind("governance_map", governance_rows, governance_spec)
MAPS: Final = (MAP, RESERVES, IMPORTS, GOVERNANCE)
