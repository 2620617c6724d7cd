"""Stops, played: each mineral by the dated measure that is in force against home, else without its largest supplier."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from pandas import DataFrame
from xarray import Dataset

from shigen.base import names
from shigen.base.declare import Lever
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang, joined
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.chain import load
from shigen.model.disruption import network as nets
from shigen.model.disruption.answers import DRAWS, Laid, networks, ready
from shigen.model.disruption.helps import Help, helps
from shigen.model.disruption.parameters import ranges
from shigen.model.disruption.presets import Preset, Restricted, hitting
from shigen.model.disruption.scenario import ALL, LEAKS, Disruption
from shigen.model.disruption.told import Told, told
from shigen.model.records import editions_of
from shigen.model.spread import SEED
from shigen.study.stops.spec import LARGEST, StopSpec

if TYPE_CHECKING:
    from shigen.study.choices import Study

LOOSE: Final = "loose"
"""The milder design of the leak."""
UNPLAYED: Final = ("disruption_no_network", "disruption_unseen", "disruption_home", "disruption_nothing")
"""What the figures do not allow; anything else is a mistake in the scenario."""


@dataclass(frozen=True)
class Played:
    """One stop of one mineral or form by one design of its leak."""

    commodity: str
    forms: tuple[str, ...]
    """HS6 code or element that stops; several elements where one computation is of them all; empty: the mineral."""
    design: str
    """tight, loose; empty where there is one alone."""
    stops: tuple[str, ...]
    """Empty where the largest supplier was asked for and none is known."""
    against: tuple[str, ...] | str
    preset: Preset | None
    largest: bool
    """Whether who stops is home's largest supplier, not named."""
    source: str
    """Why this mineral is restricted."""
    named: Mapping[Lang, str]
    """Name of each element, else of the mineral, with the HS6 code where one is meant."""
    told: Told | None = None
    unplayed: UserError | None = None
    """Why it could not be played."""
    helps: Sequence[Help] = ()
    price: float | None = None
    """[USD/t] of the step that stops, where the reference price is of its goods."""

    @property
    def form(self) -> str:
        """The forms as one word."""
        return ";".join(self.forms)

    @property
    def exposed(self) -> tuple[float, float, float] | None:
        """Value of what is short in all months, at the price before the stop [USD]; None where either is not known."""
        if self.told is None or self.price is None or self.told.unit != "t":
            return None
        short = self.told.short["rationing"]
        return short.p05 * self.price, short.p50 * self.price, short.p95 * self.price


@dataclass(frozen=True)
class Stops:
    """All stops of a study."""

    home: str
    year: int
    draws: int
    rows: Sequence[Played]
    editions: Sequence[str] = ()
    """Of what was played: output, trade, home's use and shares."""

    def of(self, commodity: str) -> list[Played]:
        """Return those of a mineral."""
        return [one for one in self.rows if one.commodity == commodity]


@dataclass(frozen=True)
class World:
    """What stops are played on, read once for all minerals."""

    home: str
    facts: FactBase
    chain: Dataset
    flows: DataFrame
    draws: int = DRAWS
    seed: int = SEED
    whole: bool = True
    levers: Mapping[str, Sequence[Lever]] = field(default_factory=dict)
    """Policies by mineral."""


def stops(specs: Iterable[StopSpec] | None, home: str, chain: Dataset, *, levers: Iterable[Lever] = (),
          draws: int = DRAWS, seed: int = SEED, whole: bool = True,
          facts: FactBase | None = None) -> Stops:  # fmt: skip
    """Play the stops of a study.

    Parameters
    ----------
    specs : iterable of StopSpec, optional
        Not given: each mineral by the newest measure that is in force against home, else without its largest supplier
        (N-1).
    home : str
        One country.
    chain : Dataset
        The SupplyChain of home and of a year, of the minerals to be played.
    levers : iterable of Lever
        Policies that are tried in the stop of their mineral.
    draws, seed, whole
        As `disrupt` takes them.

    Returns
    -------
    Stops
        One row a stop, mineral or form, and design.

    Raises
    ------
    UserError
        What is wrong with a scenario. What the figures do not allow stands in its row.
    """
    facts = facts or current()
    minerals = [str(key) for key in chain["commodity"].values]
    by_mineral: dict[str, list[Lever]] = {}
    for lever in levers:
        by_mineral.setdefault(lever.commodity, []).append(lever)
    asked = _alike(_asked(specs, home, minerals, facts), facts)
    wanted = list(dict.fromkeys(items[0].commodity for _, items in asked))
    if set(wanted) - set(minerals):
        chain = load(home, year=int(chain["year"]), commodities=wanted, facts=facts)
    year = int(chain["year"])
    flows = nets.flows_of(wanted, year, facts) if wanted else DataFrame()
    world = World(home, facts, chain, flows, draws, seed, whole, by_mineral)
    rows = [row for spec, items in asked for row in _played(spec, items, world)]
    return Stops(home, year, draws, rows, _editions(chain, rows))


def _editions(chain: Dataset, rows: Iterable[Played]) -> list[str]:
    """Return the editions that output, trade and home's use of what was played are of."""
    told_ = [one for one in rows if one.told is not None]
    keys = list(dict.fromkeys(one.commodity for one in told_ if one.commodity in chain["commodity"].values))
    read = ("production_source", "imports_source", "imports_estimated_source", "home_takes_source",
            "stage_share_source")  # fmt: skip
    bits = [int(one) for name in read if name in chain for one in chain[name].sel(commodity=keys).values.ravel()]
    shares = [one.told.edition for one in told_ if one.told and one.told.edition]
    return list(dict.fromkeys([*(name for one in bits for name in editions_of(chain, one)), *shares]))


def stops_of(study: "Study", chain: Dataset, levers: Iterable[Lever], facts: FactBase) -> Stops | None:
    """Return the stops of a study; None for several importers, and where it plays none."""
    if study.importer in names.blocs() or study.disruption == []:
        return None
    chosen = study.uncertainty
    return stops(study.disruption, study.importer, chain, levers=levers, draws=min(chosen.draws, MOST) or FEW,
                 seed=chosen.seed, whole=False, facts=facts)  # fmt: skip


MOST: Final = 256
"""Draws of each stop in a study: odds to 3 points, which is far less than the assumptions leave open."""
FEW: Final = 64
"""The same in a study without draws."""


def _asked(specs: Iterable[StopSpec] | None, home: str, minerals: Sequence[str],
           facts: FactBase) -> Iterator[tuple[StopSpec, Restricted]]:  # fmt: skip
    if specs is not None:
        for spec in specs:
            yield from ((spec, item) for item in spec.items(list(minerals), facts))
        return
    by_measure: dict[str, list[tuple[StopSpec, Restricted]]] = {}
    for one, item in hitting(home, facts):
        by_measure.setdefault(item.commodity, []).append((StopSpec(measure=one.measure), item))
    for key in minerals:
        yield from by_measure.get(key) or [(StopSpec(), Restricted(key, "", ""))]


def _alike(asked: Iterable[tuple[StopSpec, Restricted]],
           facts: FactBase) -> list[tuple[StopSpec, list[Restricted]]]:  # fmt: skip
    """Return what is asked, elements of a group that no figure tells apart together.

    All that a stop reads of an element is the shares of its refined output; the rest is of its group.
    """
    groups: list[tuple[StopSpec, list[Restricted]]] = []
    for spec, item in asked:
        reads = nets.refined_shares(item.form, facts)
        same = next((items for other, items in groups if reads and other == spec
                     and items[0].commodity == item.commodity
                     and nets.refined_shares(items[0].form, facts) == reads), None)  # fmt: skip
        if same is None:
            groups.append((spec, [item]))
        else:
            same.append(item)
    return groups


def _played(spec: StopSpec, items: Sequence[Restricted], world: World) -> Iterator[Played]:
    """Yield the stop of a mineral, or of elements alike, by each design of its leak, or why it cannot be played."""
    item, found = items[0], spec.preset(world.facts)
    about: dict[str, Any] = {
        "commodity": item.commodity, "forms": tuple(one.form for one in items if one.form), "preset": found,
        "source": "; ".join(dict.fromkeys(one.source for one in items)),
        "named": {lang: joined([_name(one, lang, world.facts) for one in items], lang) for lang in LANGS},
        "largest": spec.stops == LARGEST and found is None,
    }  # fmt: skip
    try:
        laid = _first_known(spec, item, found, world)
    except UserError as error:
        if error.key not in UNPLAYED:
            raise
        against = spec.against or (found.against if found else ALL)
        named = () if spec.stops == LARGEST else spec.scenario(item.commodity, form="", stops=spec.stops).stops
        yield Played(
            design="", stops=found.stops if found else _keys(named), against=_keys(against), unplayed=error, **about
        )
        return
    for design, one in laid.items():
        answer = one.play()
        step = str(one.network.attrs["step"])
        yield Played(design=design, stops=_keys(one.scenario.stops) or (), against=_keys(one.scenario.against),
                     told=told(answer), price=None if item.form else _price(world.chain, item.commodity, step),
                     helps=helps(one, answer, world.levers.get(item.commodity, ()), facts=world.facts,
                                 regenerated=_regenerated(world.chain, item.commodity)),
                     **about)  # fmt: skip


def _name(item: Restricted, lang: Lang, facts: FactBase) -> str:
    if item.form in nets.elements(facts):
        return str(nets.elements(facts)[item.form][f"name_{lang}"])
    named = names.label(item.commodity, lang)
    return f"{named} (HS {item.form})" if item.form else named


def _keys(countries: str | Sequence[str]) -> Any:
    return countries if countries == ALL else (countries,) if isinstance(countries, str) else tuple(countries)


def _first_known(spec: StopSpec, item: Restricted, found: Preset | None, world: World) -> dict[str, Laid]:
    """Return a stop by each design, of the first step that is known: refined products, else ore.

    Raises
    ------
    UserError
        What is wrong with the scenario; where no step is known, what lacks of the first.
    """
    steps = (spec.step,) if spec.step else ("refined",) if item.form else ("refined", "ore")
    lacks: list[UserError] = []
    for step in steps:
        try:
            return _designs(spec, _scenario(spec, item, step, found, world), world)
        except UserError as error:
            if error.key not in UNPLAYED:
                raise
            lacks.append(error)
    raise lacks[0]


def _scenario(spec: StopSpec, item: Restricted, step: str, found: Preset | None, world: World) -> Disruption:
    if found is not None:
        return spec.scenario(item.commodity, form=item.form, step=step, stops=found.stops,
                             against=spec.against or found.against, starts=spec.starts or found.starts)  # fmt: skip
    who = largest(spec, item, step, world) if spec.stops == LARGEST else spec.stops
    return spec.scenario(item.commodity, form=item.form, step=step, stops=who, against=spec.against or ALL)


def _designs(spec: StopSpec, one: Disruption, world: World) -> dict[str, Laid]:
    """Return the stop by each design of what finds a way through."""
    both = spec.leak is None and one.kind == "export" and not one.targets_all
    shared: dict[str, Any] = {"draws": world.draws, "seed": world.seed, "whole": world.whole, "chain": world.chain,
                              "flows": world.flows, "facts": world.facts}  # fmt: skip
    if not both:
        return {"": ready(one, world.home, **shared)}
    return {design: ready(replace(one, leak=ends), world.home, **shared) for design, ends in LEAKS.items()}


def largest(spec: StopSpec, item: Restricted, step: str, world: World) -> str:
    """Return home's largest supplier of a mineral at a step, in the flows that its stop is played on.

    Through all re-exports, with codes of which only totals are held at their estimated split, and with what home takes
    beyond its flows by a national figure.

    Raises
    ------
    UserError
        Nothing is known of who supplies home.
    """
    anyone = spec.scenario(item.commodity, form=item.form, step=step, stops=world.home, against=ALL)
    read = ranges(anyone, world.home, facts=world.facts)
    used, ore = networks(anyone, world.home, read, chain=world.chain, flows=world.flows, facts=world.facts)
    laid = used if ore is None else ore
    takes = laid["flows"].reindex(user=[world.home], fill_value=0.0).isel(user=0)
    by_origin = {str(key): float(one) for key, one in zip(takes["country"].values, takes.values, strict=True)
                 if key != world.home and one > 0}  # fmt: skip
    if not by_origin:
        raise UserError("disruption_home", word=lambda lang: names.label(world.home, lang))
    return max(by_origin, key=lambda key: by_origin[key])


def _regenerated(chain: Dataset, commodity: str) -> float:
    """Return the regenerated share of supply today [1]; 0 where none is known."""
    share = float(chain["scrap_share"].sel(commodity=commodity))
    return share if share > 0 else 0.0


def _price(chain: Dataset, commodity: str, step: str) -> float | None:
    """Return the reference price [USD/t] where it is of the goods of a step."""
    one = chain.sel(commodity=commodity)
    if not bool(one["price_describes"].sel(step=step)):
        return None
    price = float(one["price"].isel(lag=0))
    return price if price > 0 else None
