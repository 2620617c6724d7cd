"""What charts are drawn from: each door says how it makes a thing, and a chart takes what its declaration names."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, joined, text
from shigen.outlook.observatory import region_name
from shigen.show.charts.kind import TAKES, Kind, Rows, parameters
from shigen.show.charts.picture import Chart

MAY_LACK: Final[Mapping[str, Callable[[], Any]]] = {"alone": tuple}
"""What a door need not give, with what stands for it: nothing."""


class Given:
    """What one question gives to charts, by the keys of `kind.TAKES`; made when a chart first takes it, and kept."""

    def __init__(self, makers: Mapping[str, Callable[[], Any]]) -> None:
        lacking = set(TAKES) - {"lang", "commodity", *MAY_LACK} - set(makers)
        if lacking:
            message = f"a door gives charts everything; this one lacks: {', '.join(sorted(lacking))}"
            raise ValueError(message)
        self._makers = makers
        self._made: dict[str, Any] = {}
        self._rows: dict[tuple[Kind, Lang, str | None], Rows] = {}

    def __getitem__(self, name: str) -> Any:
        """Return a thing, as the door makes it."""
        if name not in self._made:
            self._made[name] = self._makers[name]() if name in self._makers else MAY_LACK[name]()
        return self._made[name]

    def chart(self, kind: Kind, lang: Lang, commodity: str | None = None, *, name: str = "") -> Chart:
        """Return a chart of what is given, of one commodity where one is named.

        Raises
        ------
        UserError
            What the chart takes is not given, or it shows one commodity and several are.
        """
        rows = self._rows_of(kind, lang, commodity)
        cited = self._call(kind.cites, {"lang": lang, "commodity": commodity, "rows": rows})
        of = commodity or (self["country"].country if kind.per == "country" else None)
        importers, years = self._shown(kind)
        span = "–".join(str(year) for year in dict.fromkeys((min(years), max(years)))) if years else ""
        words = "chart.about_demand" if "demand" in kind.takes else "chart.about"
        named = joined([region_name(key, lang) for key in importers], lang)
        about = text(words, lang, importer=named, year=span) if importers else ""
        return Chart(kind, rows, lang, tuple(dict.fromkeys(cited)), name or kind.key, kind.title(lang, of), about,
                     importers, years)  # fmt: skip

    def _shown(self, kind: Kind) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Return whose figures a chart shows, and of which years: as the results say that it takes."""
        if "demand" in kind.takes:
            demand = self["demand"]
            return (demand.region,), (int(demand.dataset["year"].min()), int(demand.dataset["year"].max()))
        if "series" in kind.takes:
            results = [one.assessment for one in self["series"]]
        elif "past" in kind.takes:
            results = self["past"]
        elif "tornado" in kind.takes:
            results = [self["tornado"].assessment]
        elif "stops" in kind.takes:
            played = self["stops"]
            return ((played.home,), (played.year,)) if played else ((), ())
        elif {"assessments", "shares"} & set(kind.takes):
            results = self["assessments"]
        else:
            return (), ()
        held = [{dim: [*one.chain[dim].values.reshape(-1).tolist()] for dim in ("importer", "year")} for one in results]
        return (tuple(dict.fromkeys(str(key) for one in held for key in one["importer"])),
                tuple(sorted({int(year) for one in held for year in one["year"]})))  # fmt: skip

    def _rows_of(self, kind: Kind, lang: Lang, commodity: str | None) -> Rows:
        takes_one = "commodity" in kind.takes
        key = (kind, lang, commodity if takes_one else None)
        if key not in self._rows:
            self._rows[key] = self._call(kind.rows, {"lang": lang, "commodity": commodity})
        rows = self._rows[key]
        # A chart that takes no results shows what it shows: the commodity is not looked for in its rows.
        if commodity is None or takes_one or set(kind.takes) <= {"lang", "facts"}:
            return rows
        return [row for row in rows if row.get("commodity", commodity) == commodity]

    def _call(self, function: Callable[..., Any], at_hand: Mapping[str, Any]) -> Any:
        takes = parameters(function)
        return function(**{name: at_hand[name] if name in at_hand else self[name] for name in takes})


def none_named(dim: str) -> UserError:
    """Return the error of a chart that shows one commodity or one country, where none is named."""
    known = names.commodities() if dim == "commodity" else names.countries()
    return UserError("which_one", dim=dim, word="-", known=", ".join(known))
