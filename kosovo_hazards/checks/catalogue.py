"""The checks there are: what each tests, how badly it matters, from which threshold on, and why."""

from __future__ import annotations

from dataclasses import dataclass

from kosovo_hazards.checks.checked_table import Severity

__all__ = ["CHECKS", "Check"]

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True)
class Check:
    """One thing that is tested.

    Attributes
    ----------
    name
        Stable id, the `check` of its findings.
    severity
        How much its findings matter, at most.
    tests
        What is wrong, as a clause.
    reason
        Why it matters, or why the threshold is what it is.
    thresholds
        Fields of `Limits` and dates of `check` that it depends on.
    unit
        Unit of `value`; empty where that is not given.
    """

    name: str
    severity: Severity
    tests: str
    reason: str
    thresholds: tuple[str, ...] = ()
    unit: str = ""


_RECORDS = (
    Check("missing-id", ERROR, "a record has no id", "nobody can refer to it, and releases can't name it"),
    Check("duplicate-id", ERROR, "an id stands more than once", "tables joined by it count ground twice", (),
          "records"),
    Check(
        "similar-id", WARNING, "two ids differ only by blanks or case",
        "people and programs take them for one; geocheck compares trimmed ids for the same reason",
    ),
    Check("duplicate-shape-id", WARNING, "the id of a polygon (shape_id, polygon_id, …) stands in two records",
          "geocheck: must not be; one of them shows the ground of the other"),
    Check("similar-shape-id", WARNING, "two ids of polygons differ only by blanks or case", "geocheck: trimmed ids"),
    Check(
        "missing-field", WARNING,
        "a record lacks what the minimum data ask for: type (error), status, contamination; product (error), date; "
        "a note for place, date of recording and operator",
        "GICHD's draft of minimum data for IMAS 05.10",
    ),
    Check("missing-column", WARNING, "a whole column of the minimum data is absent or empty", "the same", (),
          "records"),
    Check(
        "unknown-word", WARNING, "a word is not in the vocabulary (error for type and product)",
        "statistics by status or type leave such records out",
    ),
    Check("not-a-number", ERROR, "an area or a count is text", "it can't be added up"),
    Check("negative-number", ERROR, "an area or a count is below 0", "it takes ground or items off the total"),
    Check(
        "implausible-count", WARNING, "more items of one kind in one record than is likely, or a broken number",
        "Kosovo found 89 submunitions in 2024 altogether; thousands in one record are a sum, an id or an area",
        ("most_items",), "items",
    ),
    Check("unreadable-date", ERROR, "a date is no date", "the order of events is lost"),
    Check(
        "implausible-date", WARNING, "a date lies before the earliest one likely, or is a program's day zero",
        "explosive ordnance of before 1945 is not recorded by area; 1900-01-01 and 1970-01-01 stand for no date",
        ("earliest_date",),
    ),
    Check("future-date", ERROR, "a hazard was recorded or a release completed in the future", "a slip of the pen",
          ("as_of",), "days"),
    Check("recorded-after-register", WARNING, "a hazard was recorded after the day of the register that holds it",
          "a date is wrong, or the file is of a later day than said; only if register_date is given",
          ("register_date",), "days"),
    Check(
        "area-differs", WARNING, "the recorded area is not that of the polygon",
        "walking a hectare with a hand-held receiver gives some 5 %, UTM instead of true area only 0.08 %; under "
        "100 m² the width of the tape counts", ("area_share", "area_difference_m2"), "%",
    ),
    Check("area-in-grid", NOTE, "the recorded area is that on the grid of UTM, not on the ground",
          "in the middle of a zone that is 0.08 % too little; it agrees with the grid to 0.5 m² or 0.001 %", (), "%"),
    Check(
        "stored-area-stale", WARNING, "`area_m2`, the computed area, is not that of the polygon",
        "computed on the ellipsoid it agrees within 0.0001 %; the grid of UTM is 0.08 % off, Web Mercator 85 %",
        ("stored_area_share",), "%",
    ),
    Check(
        "implausible-size", WARNING, "an area is smaller or larger than one is likely to be",
        "below 10 m² it is a spot; all that is left in Kosovo is 6 km², so 10 km² in one piece is a district or a "
        "wrong unit", ("smallest_m2", "largest_m2"), "m²",
    ),
    Check("synthetic-mixed", ERROR, "made-up records stand among real ones", "somebody will plan by them", (),
          "records"),
    Check("operator-spelt-differently", NOTE, "operators differ only by blanks, case or punctuation",
          "tables by operator show them as two"),
    Check("operator-nearly-alike", NOTE, "an operator is spelt nearly like a more frequent one of either table",
          "one letter too many, too few, wrong or exchanged makes two of one in every table by operator", (),
          "records"),
)  # fmt: skip

_SHAPES = (
    Check("missing-geometry", ERROR, "a hazard has no polygon (a release without one and without an area: warning)",
          "it is on no map, and its ground is shown as free"),
    Check("empty-geometry", ERROR, "the geometry is there but empty", "the same"),
    Check("not-a-polygon", ERROR, "the geometry is a point or a line", "ground is an area"),
    Check("mixed-geometry", WARNING, "points or lines stand beside the polygon",
          "IMSMA's evidence points are no ground"),
    Check("bad-coordinates", ERROR, "coordinates are not numbers, or lie beyond 180 or 90 degrees",
          "metres of a grid were read as degrees"),
    Check("swapped-axes", ERROR, "latitude and longitude are exchanged", "the record lies in another country"),
    Check("too-few-vertices", ERROR, "a polygon has fewer than three different vertices", "geocheck: must not be", (),
          "vertices"),
    Check("no-ground", ERROR, "the polygon encloses nothing", "all its points lie on one line", (), "m²"),
    Check("invalid-polygon", ERROR, "a ring crosses or touches itself, or a hole lies outside",
          "geocheck: must not be; IMSMA NG never tests it, and each program takes other ground for it"),
    Check("release-not-sure", WARNING, "the outline of a release can be read in several ways",
          "only ground that every reading gives is credited; the rest stays hazardous until it is drawn anew", (),
          "m²"),
    Check("repeated-points", WARNING, "neighbouring vertices lie in the same place (note if only nearly)",
          "geocheck: within 0.000001 degrees, 0.1 m", ("near_points_deg",), "vertices"),
    Check("long-edge", WARNING, "neighbouring vertices lie far apart",
          "geocheck: 5,000 m; a digit is wrong or points are in the wrong order", ("longest_edge_m",), "m"),
    Check("spike", WARNING, "the outline runs out to a point and back",
          "a stray vertex; no field corner is that sharp", ("spike_deg", "spike_m"), "m"),
    Check("part-twice", ERROR, "a record holds the same part twice",
          "geocheck: must not be; its area counts double", (),
          "parts"),
    Check("parts-overlap", WARNING, "parts of one record overlap", "geocheck: by more than 0.9 %",
          ("overlap_share",), "%"),
    Check("parts-far-apart", WARNING, "parts of one record lie far apart (note up to 20 km, which is more than "
          "a municipality is across)",
          "two records under one id, or a wrong digit; the same 5,000 m", ("parts_apart_m",), "m"),
    Check("coarse-coordinates", NOTE, "all coordinates have at most three decimals",
          "a thousandth of a degree is 80 to 110 m", (), "decimals"),
    Check("coarse-corners", WARNING, "the source gives corners only to 10 m or more (squares, few decimals)",
          "hazardous ground may lie as far outside of the outline", (), "m"),
)  # fmt: skip

_PAIRS = (
    Check("duplicate-polygon", ERROR, "two records are drawn with the same points, whatever the order",
          "geocheck: must not be; the ground counts twice"),
    Check("moved-copy", WARNING, "a hazard has the shape of another one, moved by up to 1.5 km",
          "it was entered twice, in two datums; ED50 lies 118 m from WGS 84 in Kosovo", ("gap_m",), "m"),
    Check("register-shifted", WARNING, "the hazards lie moved by one amount against an earlier export",
          "one of the two was transformed from another datum; only if previous is given", ("previous",), "m"),
    Check("near-duplicate", WARNING, "two hazards cover nearly the same ground",
          "shared ground 90 % of the joint ground: one was drawn anew and the other never closed",
          ("near_duplicate_share",), "%"),
    Check("cha-in-sha", WARNING, "a CHA lies in an SHA",
          "what survey confirmed is to be taken out of the suspected area (IMAS 07.11), or it counts twice",
          ("within_share",), "%"),
    Check("overlap", WARNING, "two hazards overlap (note if one is closed)",
          "the total counts the ground twice; geocheck's 0.9 %, here of the smaller one, between records",
          ("overlap_share",), "%"),
    Check("gap", WARNING, "a narrow strip lies between two hazards",
          "two surveys of one line differ by some metres; nobody may take the strip for safe",
          ("gap_m", "gap_length_m"), "m²"),
    Check("lines-too-near", NOTE, "lines lie so near to each other that ground was reckoned on a fine grid",
          "crossings of such lines can't be told in floating point; nothing to mend", (), "places"),
    Check("not-all-compared", NOTE, "so many records lie on top of each other that not all were compared",
          "comparing each with each would take days", (), "records"),
)  # fmt: skip

_PLACES = (
    Check("unknown-place", WARNING, "a recorded place is not known by that name", "tables by place leave it out"),
    Check("places-contradict", WARNING, "the recorded municipality is not in the recorded district or region",
          "one of the two is wrong"),
    Check("other-municipality", WARNING, "more than half of the ground lies outside the recorded municipality",
          "only what lies farther from it than its boundary may be off (column boundary_accuracy_m of the places)",
          ("boundary_accuracy_m",), "m"),
    Check("across-municipalities", NOTE, "the ground lies in several municipalities",
          "tables count it in one; each must know", ("border_share",), "%"),
    Check("across-country-border", WARNING, "ground lies outside all the places given, farther than they may be off",
          "another authority is in charge there", ("boundary_accuracy_m",), "%"),
    Check("outside-country", ERROR, "a record lies wholly outside all the places given", "its coordinates are wrong",
          ("boundary_accuracy_m",), "m"),
    Check("places-do-not-fit", WARNING, "most records lie outside all the places given", "they are of another country",
          ("foreign_share",), "records"),
)  # fmt: skip

_RELEASES = (
    Check("release-not-finished", WARNING, "the status of a release says that it is not finished, or nobody knows it",
          "work that goes on, is planned or suspended has released nothing, so it takes nothing off"),
    Check("no-hazard-named", WARNING, "cleared or reduced land names no hazard (note for older releases)",
          "its progress can't be told by hazard"),
    Check("unknown-hazard", WARNING, "a release names a hazard that is not in the register (note for older releases)",
          "it is taken off nothing", ("register_date",)),
    Check("release-outside-hazards", WARNING,
          "released land lies outside every hazard (note if cancelled, or older than the register)",
          "the register was not updated, or the release lies in the wrong place", ("register_date",), "%"),
    Check("release-in-other-hazard", WARNING, "a release names one hazard and lies in another",
          "progress is told of the wrong one", (), "%"),
    Check("release-far-from-hazard", WARNING, "a release lies far from the hazard that it names",
          "released ground borders what is left; 1 km is more than any survey is off", ("named_distance_m",), "m"),
    Check("release-before-hazard", ERROR,
          "a release was completed before the hazard that it names was recorded (warning if it only lies there)",
          "one of the dates is wrong, or the ground was found contaminated again", (), "days"),
    Check("repeated-release", ERROR, "a release tells the same in every column under another id", "it counts twice"),
    Check("alike-releases", WARNING,
          "two releases agree in date, product and ground, or in hazard and area, but not in everything",
          "they may be one record twice or different work of one size; both count"),
    Check("released-twice", WARNING, "two releases share ground", "reported totals count it twice; geocheck's 0.9 %",
          ("overlap_share",), "%"),
    Check("release-exceeds-hazard", WARNING, "releases without a polygon add up to more than the hazard they name",
          "they name the wrong one, or one of them stands twice", ("register_date", "area_share"), "m²"),
    Check("released-ground-still-recorded", WARNING, "ground released by the register's date is in an open hazard",
          "the register was not updated; only if register_date is given", ("register_date", "overlap_share"), "%"),
    Check("closed-with-ground-left", WARNING, "a closed hazard has ground that no release accounts for",
          "what nobody released stays hazardous; 5 % is what two surveys of it differ by", ("left_share",), "m²"),
    Check("open-with-nothing-left", WARNING,
          "an open hazard had been released wholly by the register's date (note where that is not known)",
          "it counts as contaminated", ("nothing_left_share", "register_date"), "m²"),
    Check("method-does-not-fit", WARNING, "the product is not what the method gives",
          "non-technical survey cancels, technical survey reduces, clearance clears (IMAS 07.11)"),
    Check("finds-on-cancelled-land", WARNING, "items were destroyed on land that was cancelled",
          "land is cancelled where there is no evidence; items are evidence", (), "items"),
)  # fmt: skip

_FINDS = (
    Check("evidence-outside", WARNING,
          "evidence, an accident or an item lies outside every hazard and release (note if indirect)",
          "no area tells of it; nearer than its stated accuracy is not outside", (), "m"),
    Check("accident-on-released-land", ERROR,
          "an accident happened on released land after its release (warning where a date is missing)",
          "the release is to be looked at again", (), "days"),
    Check("find-on-released-land", WARNING, "an item or direct evidence lies on land that was released before",
          "something was left, or the dates are wrong", (), "days"),
    Check("item-deep", WARNING, "an item lay deeper than ground is searched",
          "Kosovo's standard requires 56 cm since 2024 (Mine Action Review 2025); others as deep were not found",
          ("searched_depth_cm",), "cm"),
    Check("item-near-edge", WARNING,
          "round an item, nearer than the fade-out distance, lies ground neither searched nor in a hazard",
          "Kosovo's standard: 50 m, 25 m round component parts of BLU-97 and BL755", ("fade_out_m",), "m"),
)  # fmt: skip

CHECKS: tuple[Check, ...] = (*_RECORDS, *_SHAPES, *_PAIRS, *_PLACES, *_RELEASES, *_FINDS)
"""Every check, in the order in which they are made."""
