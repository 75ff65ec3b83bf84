"""The criteria by which Kosovo's mine action centre puts areas in order, as a set ready to be fed with layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd

from kosovo_hazards._errors import UsageError
from kosovo_hazards.priorities.criteria import Criterion, combined, near_to, of_register

__all__ = ["STRATEGY", "Layers", "strategy_criteria"]

STRATEGY = {
    "risk": "risk reduction",
    "development": "development",
    "climate": "environment and climate",
    "poverty": "poverty",
}
"""Names of the criteria, by the argument that feeds each."""

Layers = Mapping[str, gpd.GeoDataFrame] | Sequence[Criterion]
"""Layers by what they hold, or criteria of one's own."""

_RISK = ("type", "contamination", "recorded priority")


def strategy_criteria(
    *,
    risk: Layers = (),
    development: Layers = (),
    climate: Layers = (),
    poverty: Layers = (),
    within_m: float = 1_000.0,
) -> list[Criterion]:
    """Criteria of Kosovo's mine action centre: risk reduction, development, environment and climate, poverty.

    Parameters
    ----------
    risk
        What tells of risk beside the register: accidents, evidence, houses. The register's own type, contamination and
        recorded priority always count in it.
    development
        What land is needed for: fields, roads, schools, planned works.
    climate
        Land whose clearance would lower emissions or help to adapt: forests, protected areas, wetlands.
    poverty
        Where people are poor.
    within_m
        A layer counts by the distance of its nearest from the edge of an area, 1 at 0 m and 0 from here on, see
        `kh.near_to`. For another measure give criteria of your own, such as `kh.count_within` with people.

    Returns
    -------
    Four criteria, for `kh.prioritise`; each is the mean of what is given for it. One for which nothing is given is
    **unknown of every area**: it moves none of them, and the ranking says so.

    Raises
    ------
    HazardDataError
        If a layer has no CRS or two of one criterion have one name.

    Notes
    -----
    "It prioritises clearance based on risk reduction, development, environmental protection, and poverty reduction,
    with contaminated land whose clearance would reduce emissions by enabling better land management or support climate
    adaptation given the highest priority" (Mine Action Review, *Clearing Cluster Munition Remnants* 2025, on the Kosovo
    Mine Action Centre, after GICHD 2023). How each is measured and weighed is published nowhere: that the four weigh
    the same unless you say otherwise, and what feeds them, are assumptions of this library. To put climate first, weigh
    it more: ``weights={"environment and climate": 2, "risk reduction": 1, …}``.

    Examples
    --------
    >>> import geopandas as gpd, shapely, kosovo_hazards as kh
    >>> schools = gpd.GeoDataFrame(geometry=[shapely.Point(20.86, 42.89)], crs="EPSG:4326")
    >>> print(kh.prioritise(kh.demo_data()[0], criteria=strategy_criteria(development={"schools": schools})))
    35 areas by risk reduction 25%, development 25%, environment and climate 25%, poverty 25%
    environment and climate, poverty: unknown of every area, so the order does not rest on it
    10 of the first 10 stay there in all of 1,000 draws of weights up to 50% higher or lower
    """
    if not within_m > 0:
        raise UsageError(f"within_m is {within_m!r}", hint="give metres above 0")
    register = of_register()
    own = {"risk": [register[name] for name in _RISK]}
    given = {"risk": risk, "development": development, "climate": climate, "poverty": poverty}
    return [combined(name, [*own.get(key, []), *_criteria(given[key], within_m)]) for key, name in STRATEGY.items()]


def _criteria(layers: Layers, within_m: float) -> list[Criterion]:
    if isinstance(layers, Mapping):
        return [near_to(layer, name, within_m=within_m) for name, layer in layers.items()]
    return list(layers)
