"""Which places a hazard lies in: the recorded one is kept, else the one with the largest share of its ground."""

from __future__ import annotations

import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards._arrays import Floats, Positions, Shapes
from kosovo_hazards._errors import HazardDataError, missing_crs
from kosovo_hazards._wording import doing
from kosovo_hazards.cells import is_missing
from kosovo_hazards.gazetteer.boundary_files import BoundarySource
from kosovo_hazards.gazetteer.name_index import LEVELS, Place, PlaceIndex, PlacesWarning
from kosovo_hazards.gazetteer.units import units_of
from kosovo_hazards.gazetteer.units_index import index_of
from kosovo_hazards.geometry import covering, drawn_area, intersection, subdivided, sums
from kosovo_hazards.schema import CRS, PlaceSource
from kosovo_hazards.validation import require_table

__all__ = ["assign_places", "shares_of_ground"]


# Less than this share of a hazard is noise of intersecting, a few square millimetres of a field.
_NOISE = 1e-9
# A remainder that the shares, printed with three digits, would not show.
_SHOWN = 0.0005
_OUTSIDE = "outside"
_MOST_EXPLAINED = 50
# Up to this length the area under an edge is exact.
_LONGEST_EDGE_DEG = 0.02
# Polygons with more points are cut into pieces before they meet units.
_MANY_POINTS = 2_000
_WGS_84 = pyproj.CRS(CRS)


def assign_places(hazards: gpd.GeoDataFrame, places: BoundarySource | None = None) -> gpd.GeoDataFrame:
    """Say in which municipality, district and region each hazard lies.

    A place that the register records wins: field staff know better than simplified boundaries. It is written with its
    canonical name; one that no unit answers to stays as it is and is reported. Where no municipality is recorded, the
    hazard belongs to the one with the largest share of its ground, among those of the recorded district or region if
    there is one; if it has no ground there, the municipality stays missing.

    Parameters
    ----------
    hazards
        Hazards or releases, in any CRS; the columns `municipality`, `district`, `region` may be absent or have gaps.
    places
        Units as `places` gives them, or a boundary file or table that it reads; the shipped boundaries of Kosovo if
        None.

    Returns
    -------
    A copy on the same index and in the same CRS, with `municipality`, `district`, `region` and

    * `place_source`: ``recorded`` if the municipality was recorded (or, where none can be found, the district or
      region), ``spatial`` if the municipality follows from the polygon, ``none`` if neither says anything: no geometry,
      or wholly outside all units, which is never guessed at;
    * `place_shares`: share of the hazard's true area in each unit, as text, largest first:
      ``"Pejë 0.712; Istog 0.288"``; at least 0.001 each; ground in no unit as ``outside``. Missing for hazards without
      ground or wholly outside.

    Raises
    ------
    HazardDataError
        If the hazards have no CRS, or the places can't be read.

    Warns
    -----
    PlacesWarning
        If recorded names are unknown or contradict each other; the message names the records.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> shapes = [shapely.box(20.73, 42.20, 20.74, 42.21), shapely.box(0, 0, 1, 1)]
    >>> placed = assign_places(gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326"))
    >>> placed[["municipality", "region", "place_source"]].iloc[0].tolist()
    ['Prizren', 'South', 'spatial']
    >>> placed["place_source"].iloc[1]
    'none'
    """
    require_table(hazards, purpose="to find the places of", geometry=True)
    doing(f"Finding the places of {len(hazards):,} records")
    if hazards.crs is None and hazards.geometry.notna().any():
        raise missing_crs("the hazards", "hazards")
    units = units_of(places)
    shares = shares_of_ground(hazards.geometry, units)
    index = index_of(units)
    recorded = _of_one_meaning(_recorded(hazards, index), shares, units, index)
    _warn(recorded)
    best = _largest_share(shares, recorded, units)
    found = _filled(recorded, best, units)
    return hazards.assign(
        **{level: pd.array(found[level], dtype="str") for level in LEVELS},
        place_source=pd.array(_place_source(recorded, best), dtype="str"),
        place_shares=pd.array(_shares_in_words(shares, units, len(hazards)), dtype="str"),
    )


# --- ground ----------------------------------------------------------------------------------------------------------


def shares_of_ground(geometry: gpd.GeoSeries, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Share of each shape's true area that lies in each unit.

    Parameters
    ----------
    geometry
        Shapes in any CRS; lines share their length. Missing and empty ones have no share.
    units
        Units with polygons in any CRS.

    Returns
    -------
    One row for each pair that shares ground: `row` and `unit` (positions, not labels) and `share` (0 to 1).
    """
    shapes = covering((geometry if geometry.crs is None else geometry.to_crs(CRS)).to_numpy())
    polygons = units.geometry.to_crs(CRS).to_numpy()
    tree = shapely.STRtree(shapes)
    inside = pd.MultiIndex.from_arrays(tree.query(polygons, predicate="covers"), names=["unit", "row"])
    touching = pd.MultiIndex.from_arrays(tree.query(polygons, predicate="intersects"), names=["unit", "row"])
    within = inside.to_frame(index=False).assign(share=1.0)
    across = touching.difference(inside, sort=False).to_frame(index=False)
    across["share"] = _measured_share(shapes, across["row"].to_numpy(), polygons[across["unit"]])
    pairs = pd.concat([within, across[across["share"] > _NOISE]], ignore_index=True)
    return pairs.sort_values(["row", "share", "unit"], ascending=[True, False, True], ignore_index=True)


def _measured_share(shapes: Shapes, rows: Positions, polygons: Shapes) -> Floats:
    once, of = np.unique(rows, return_inverse=True)
    whole_m2 = _drawn(shapes[once])[of]
    large = (shapely.get_num_coordinates(shapes[rows]) > _MANY_POINTS) & (shapely.get_dimensions(shapes[rows]) == 2)
    common, common_m2 = np.full(len(rows), shapely.Polygon(), dtype=object), np.zeros(len(rows))
    common[~large] = intersection(shapes[rows[~large]], polygons[~large])
    common_m2[~large] = _drawn(common[~large])
    common_m2[large] = _by_pieces(shapes, rows[large], polygons[large])
    # A line has no area; its length in degrees is good enough for a share of it.
    of_line = shapely.length(common) / np.maximum(shapely.length(shapes[rows]), np.finfo(float).tiny)
    return np.where(whole_m2 > 0, common_m2 / np.where(whole_m2 > 0, whole_m2, 1.0), of_line).clip(0, 1)


def _by_pieces(shapes: Shapes, rows: Positions, polygons: Shapes) -> Floats:
    """Ground that large shapes share with polygons, by pieces of which most lie within one polygon or beyond all."""
    once, of = np.unique(rows, return_inverse=True)
    pieces, owner = subdivided(shapes[once])
    tree, size = shapely.STRtree(pieces), _drawn(pieces)
    pair, piece = tree.query(polygons, predicate="intersects")
    own = owner[piece] == of[pair]
    pair, piece = pair[own], piece[own]
    inside = np.isin(pair * len(pieces) + piece, np.dot([len(pieces), 1], tree.query(polygons, predicate="covers")))
    shared = np.where(inside, size[piece], 0.0)
    shared[~inside] = _drawn(intersection(pieces[piece[~inside]], polygons[pair[~inside]]))
    return sums(pair, shared, len(rows))


def _drawn(shapes: Shapes) -> Floats:
    """Area as drawn, so that pieces sum to the whole exactly; shares are of it."""
    # Not more than some thousand corners, whatever nonsense the coordinates are.
    longest = np.maximum(_LONGEST_EDGE_DEG, shapely.length(shapes) / 2000)
    return drawn_area(shapely.segmentize(shapes, longest), crs=_WGS_84)


def _shares_in_words(shares: pd.DataFrame, units: gpd.GeoDataFrame, length: int) -> Any:
    outside = (1 - shares.groupby("row")["share"].sum()).loc[lambda rest: rest > _SHOWN]
    rest = pd.DataFrame({"row": outside.index, "name": _OUTSIDE, "share": outside.to_numpy()})
    named = shares.assign(name=units["name"].to_numpy()[shares["unit"]])[["row", "name", "share"]]
    parts = pd.concat([named, rest]).sort_values(["row", "share"], ascending=[True, False], kind="stable")
    parts["text"] = parts["name"] + " " + parts["share"].clip(lower=0.001).map("{:.3f}".format)
    alone = ~parts["row"].duplicated(keep=False)
    words = pd.concat([parts[alone].set_index("row")["text"], parts[~alone].groupby("row")["text"].agg("; ".join)])
    return words.reindex(range(length)).to_numpy(dtype=object)


# --- what the register says ------------------------------------------------------------------------------------------


def _recorded(hazards: gpd.GeoDataFrame, index: PlaceIndex) -> pd.DataFrame:
    """Recorded names as positions 0, 1, 2 …: canonical where known; and for each level the unit that it means."""
    recorded = pd.DataFrame({"record": _labels(hazards)})
    for level in LEVELS:
        names = hazards[level] if level in hazards.columns else pd.Series(None, index=hazards.index, dtype="str")
        names = names.astype("str").str.strip().reset_index(drop=True)
        names = names.where(~is_missing(names))
        meant = index.resolve_all(names, level)
        recorded[level] = meant.map(lambda place: place.name if place else None).astype(object).fillna(names)
        recorded[f"{level}_unit"] = meant
        recorded[f"{level}_complaint"] = _complaints(index, names[meant.isna() & names.notna()], level)
    return recorded


def _labels(hazards: gpd.GeoDataFrame) -> pd.Series:
    key = next((column for column in ("hazard_id", "release_id") if column in hazards.columns), None)
    labels = hazards[key] if key else hazards.index.to_series()
    return labels.astype("str").reset_index(drop=True)


def _of_one_meaning(
    recorded: pd.DataFrame, shares: pd.DataFrame, units: gpd.GeoDataFrame, index: PlaceIndex
) -> pd.DataFrame:
    """Of units with one name, the one in the recorded unit above is meant, else the one with most of the ground."""
    recorded = recorded.copy()
    for level in reversed(LEVELS[:-1]):
        unresolved = recorded[f"{level}_unit"].isna() & recorded[level].notna()
        for name in recorded.loc[unresolved, level].unique():
            candidates = {place.name: place for place in index.candidates(name, level)}
            if len(candidates) > 1:
                rows = recorded.index[unresolved & (recorded[level] == name)]
                meant = _meant(recorded.loc[rows], candidates, _names_by_share(shares, units, level, set(rows)))
                recorded.loc[meant.index, level] = meant.map(lambda place: place.name)
                recorded.loc[meant.index, f"{level}_unit"] = meant
                recorded.loc[meant.index, f"{level}_complaint"] = None
    return recorded


def _names_by_share(shares: pd.DataFrame, units: gpd.GeoDataFrame, level: str, rows: set[int]) -> dict[int, list[str]]:
    """Units with ground of each row, the largest share first."""
    own = shares[shares["row"].isin(rows)]
    names = units[level].to_numpy(dtype=object)[own["unit"]]
    return {int(row): list(group) for row, group in pd.Series(names, index=own["row"]).groupby(level=0)}


def _meant(rows: pd.DataFrame, candidates: dict[str, Place], by_share: dict[int, list[str]]) -> pd.Series:
    found: dict[int, Place] = {}
    for row, district, region in zip(rows.index, rows["district_unit"], rows["region_unit"], strict=True):
        fits = [p for p in candidates.values() if (district and p.district == district.name)] or [
            p for p in candidates.values() if (region and p.region == region.name)
        ]
        here = [candidates[name] for name in by_share.get(row, []) if name in candidates]
        if len(fits) == 1 or here:
            found[row] = fits[0] if len(fits) == 1 else here[0]
    return pd.Series(found, dtype=object)


def _complaints(index: PlaceIndex, names: pd.Series, level: str) -> pd.Series:
    """What to tell of each name that is not known, worked out once a name."""
    messages = {}
    for number, name in enumerate(names.unique()):
        # Looking for near names takes long among thousands; those of the first are all that is printed.
        if number >= _MOST_EXPLAINED:
            messages[name] = f"no {level} is called {name!r}"
            continue
        try:
            index.resolve(name, level)
        except HazardDataError as error:
            messages[name] = str(error)
    return names.map(messages)


# --- putting both together -------------------------------------------------------------------------------------------


def _largest_share(shares: pd.DataFrame, recorded: pd.DataFrame, units: gpd.GeoDataFrame) -> pd.Series:
    """Position of the unit with the largest share, within the recorded district or region; missing if there is none."""
    pairs = shares
    wanted = recorded.iloc[pairs["row"]]
    lies_in = {level: units[level].to_numpy(dtype=object)[pairs["unit"]] for level in ("district", "region")}
    # A name that no unit answers to rules nothing out.
    district, region = (
        np.where(wanted[f"{level}_unit"].isna(), None, wanted[level]) for level in ("district", "region")
    )
    fits = np.where(
        pd.notna(district), district == lies_in["district"], pd.isna(region) | (region == lies_in["region"])
    )
    allowed = pairs[fits.astype(bool) & wanted["municipality"].isna().to_numpy()]
    best = allowed.drop_duplicates("row").set_index("row")["unit"]
    return best.reindex(range(len(recorded)))


def _filled(recorded: pd.DataFrame, best: pd.Series, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Recorded names first, then what follows from the smaller recorded unit, then the unit of the polygon."""
    spatial = units[list(LEVELS)].astype(object).reindex(best.to_numpy()).reset_index(drop=True)
    found = recorded[list(LEVELS)].astype(object)
    for below, above in (("municipality", "district"), ("municipality", "region"), ("district", "region")):
        implied = recorded[f"{below}_unit"].map(lambda place, above=above: getattr(place, above) if place else None)
        found[above] = found[above].where(found[above].notna(), implied.astype(object))
    return found.where(found.notna(), spatial)


def _place_source(recorded: pd.DataFrame, best: pd.Series) -> Any:
    says_something = recorded[list(LEVELS)].notna().any(axis=1).to_numpy()
    none = np.where(says_something, PlaceSource.RECORDED.value, PlaceSource.NONE.value)
    return np.where(best.notna().to_numpy(), PlaceSource.SPATIAL.value, none)


def _warn(recorded: pd.DataFrame) -> None:
    """Warn of recorded names that no unit answers to, and of records whose own names contradict each other."""
    remarks = [
        (record, f"{level} {complaint}")
        for level in LEVELS
        for record, complaint in recorded[["record", f"{level}_complaint"]].dropna().itertuples(index=False)
    ]
    remarks += _contradictions(recorded)
    if remarks:
        lines = [f"  record {record}: {text}" for record, text in remarks[:20]]
        lines += [f"  … and {len(remarks) - 20:,} more (see .names)"] if len(remarks) > 20 else []
        message = "\n".join([f"{len(remarks):,} recorded places need a look; all were left as recorded", *lines])
        warnings.warn(PlacesWarning(message, [record for record, _ in remarks]), stacklevel=3)


def _contradictions(recorded: pd.DataFrame) -> list[tuple[str, str]]:
    remarks = []
    for below, above in (("municipality", "district"), ("district", "region")):
        known = recorded[recorded[f"{below}_unit"].notna() & recorded[f"{above}_unit"].notna()]
        lies_in = [getattr(unit, above) for unit in known[f"{below}_unit"]]
        for record, name, should, said in zip(known["record"], known[below], lies_in, known[above], strict=True):
            if should is not None and should != said:
                remarks.append((record, f"{below} {name} lies in {should}, not in the recorded {above} {said}"))
    return remarks
