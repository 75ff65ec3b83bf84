"""The page of a ranking or a plan: figures, map, charts with their numbers as tables, and the verdict of the rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from kosovo_hazards._version import __version__
from kosovo_hazards._wording import doing
from kosovo_hazards.agenda.tables import plan_tables, ranking_tables
from kosovo_hazards.charts import address_of, contributions_chart, paper_map, plan_chart, svg_of
from kosovo_hazards.gazetteer import BoundarySource, is_home, reader_names
from kosovo_hazards.language import Catalogue, catalogue
from kosovo_hazards.maps import hazard_map, rejected_sentence
from kosovo_hazards.pages import Validity, sources_line
from kosovo_hazards.priorities import Plan, Ranking
from kosovo_hazards.provenance import any_synthetic
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions, sha256_of
from kosovo_hazards.report import Block, Formatter, Head, Image, KeyFigure, Section, page_of
from kosovo_hazards.schema import CRS
from kosovo_hazards.summaries import ground_m2

__all__ = ["Asked", "plan_page", "ranking_page"]


@dataclass(frozen=True, eq=False)
class Asked:
    """What a page is about.

    Attributes
    ----------
    hazards
        The register, as it was read.
    units
        Places for names and borders; None where there are none.
    language, as_of, title
        As the caller gave them.
    """

    hazards: gpd.GeoDataFrame | ReadResult
    units: gpd.GeoDataFrame | None
    language: str | Path
    as_of: str | None
    title: str | None

    @classmethod
    def of(
        cls,
        hazards: gpd.GeoDataFrame | ReadResult,
        places: BoundarySource | None,
        language: str | Path,
        as_of: str | None,
        title: str | None,
    ) -> Asked:
        """Find the places.

        Parameters
        ----------
        hazards
            The register.
        places
            A boundary file or places table.
        language, as_of, title
            As the caller gave them.
        """
        return cls(hazards, reader_names.places_drawn(places, accepted(hazards).to_crs(CRS)), language, as_of, title)

    @property
    def table(self) -> gpd.GeoDataFrame:
        """The areas."""
        return accepted(self.hazards)

    def words(self) -> Formatter:
        """How tables are worded."""
        home = is_home(self.units, self.table.to_crs(CRS))
        return Formatter(catalogue(self.language, report=True), self.units, home=home)


def ranking_page(ranking: Ranking, asked: Asked) -> str:
    """The page of a ranking.

    Parameters
    ----------
    ranking
        What `prioritise` gave.
    asked
        What it is about.
    """
    fmt = asked.words()
    t = fmt.t
    sections = _sections_of_ranking(ranking, asked, fmt)
    first = ranking.table.head(1)
    figures = [
        KeyFigure(t("rank.first"), ", ".join(first["hazard_id"].astype(str)), t.counted("rank.shared", ties))
        for ties in first["ties"]
    ]
    sure = int((ranking.table["in_top"].head(ranking.top) >= 1).sum())
    figures += [
        KeyFigure(t("rank.ranked"), t.number(len(ranking.table))),
        KeyFigure(t("rank.sure", n=t.number(min(ranking.top, len(ranking.table)))), t.number(sure)),
        KeyFigure(t("rank.unsure"), t.number(ranking.unsure)),
    ]
    head = _head(ranking, asked, fmt, asked.title or t("rank.title"), figures)
    return page_of(head, [*sections, _method(asked, fmt, "rank.method_scales", "rank.method_unknown")], fmt)


def plan_page(plan: Plan, asked: Asked) -> str:
    """The page of a plan.

    Parameters
    ----------
    plan
        What `kh.plan` gave.
    asked
        What it is about.
    """
    fmt = asked.words()
    t, tables = fmt.t, plan_tables(plan)
    said = plan.said(t, fmt.names)
    doing("Drawing the charts")
    chart = plan_chart(plan, title="", synthetic=any_synthetic(asked.table), language=asked.language)
    picture = Image("plan", address_of(svg_of(chart)), figures=tables["plan"], tall=True)
    years, places = tables["plan_years"], tables["plan_places"]
    rule = plan.verdict(t, fmt.names)
    others = [line for line in said if line not in rule]
    sections = [
        Section("rule", [_sentence(line) for line in [*rule, t("rule.source")]], [Block(places)]),
        Section(
            "plan",
            [_sentence(line) for line in others],
            [Block(picture), Block(years), Block(tables["plan"])],
        ),
        *_sections_of_ranking(plan.ranking, asked, fmt),
        _method(asked, fmt, "plan.method", "rank.method_scales", "rank.method_unknown"),
    ]
    left = plan.table[~plan.table["done"]]
    figures = [
        KeyFigure(t("rule.title", year=plan.deadline), t(f"rule.{plan.kept}"), rule[0]),
        KeyFigure(t("plan.done", year=plan.deadline), f"{t.number(int(plan.table['done'].sum()))}",
                  t("plan.of_all", n=t.number(len(plan.table)))),
        KeyFigure(t("plan.left", year=plan.deadline), t.area(float(left["left_m2"].sum())), _left(left, t)),
        *_cost(plan, t),
    ]  # fmt: skip
    head = _head(plan.ranking, asked, fmt, asked.title or t("plan.title", year=plan.deadline), figures)
    return page_of(head, sections, fmt)


def _sections_of_ranking(ranking: Ranking, asked: Asked, fmt: Formatter) -> list[Section]:
    t, tables = fmt.t, ranking_tables(ranking, asked.table, fmt.t)
    doing("Drawing the charts")
    chart = contributions_chart(ranking, title="", synthetic=any_synthetic(asked.table), language=asked.language)
    picture = Image("contributions", address_of(svg_of(chart)), figures=tables["contributions"], tall=True)
    said = [_sentence(line) for line in ranking.said(t)]
    return [
        Section("rank", said, [Block(picture), Block(tables["ranking"], t("rank.ties_note"))]),
        Section("criteria", [], [Block(tables["criteria"], t("rank.weights_note"))]),
    ]


def _left(left: pd.DataFrame, t: Catalogue) -> str:
    unknown = int(left["m2"].isna().sum())
    told = t.counted("plan.left_areas", len(left))
    return f"{told}; {t.counted('plan.no_size_short', unknown)}" if unknown else told


def _cost(plan: Plan, t: Catalogue) -> list[KeyFigure]:
    if not plan.years["cost_eur"].notna().any():
        return []
    most = plan.years["cost_eur"].max()
    told = [t("plan.million", n=t.number(amount / 1e6, 2)) for amount in (most, plan.years["budget_eur"].iloc[0])]
    return [KeyFigure(t("plan.dearest"), told[0], t("plan.budget", budget=told[1]))]


def _head(ranking: Ranking, asked: Asked, fmt: Formatter, title: str, figures: Sequence[KeyFigure]) -> Head:
    """Title, sources and the map for screen and paper."""
    t, table = fmt.t, asked.table
    synthetic, lost = any_synthetic(table), rejected_positions(asked.hazards)
    doing("Drawing the map")
    drawn = hazard_map(
        asked.hazards, places=asked.units if asked.units is not None else False, language=asked.language, title=title,
        as_of=asked.as_of, ranking=ranking,
    )  # fmt: skip
    standing = table[table["hazard_id"].isin(ranking.table["hazard_id"])].to_crs(CRS)
    paper = paper_map(standing, asked.units, t, public=False, synthetic=synthetic, rejected=lost)
    day = t("head.as_of_unknown") if asked.as_of is None else t("head.as_of", date=t.day(pd.Timestamp(asked.as_of)))
    m2 = float(ground_m2(standing).sum())
    return Head(
        title=title,
        subtitle=" · ".join([day, t.counted("rank.areas_of", len(standing), area=t.area(m2))]),
        sources=sources_line(t, table, places=asked.units),
        synthetic=synthetic,
        public=False,
        made=Validity.of(None, sha256=sha256_of(asked.hazards), public=False).said(t, "head.made"),
        rejected=[rejected_sentence(lost, t, public=False, why=True)] if len(lost) else [],
        figures=figures,
        map_page=str(drawn.get_root().render()),
        map_picture=Image("map", address_of(svg_of(paper))),
        map_link="",
    )


def _method(asked: Asked, fmt: Formatter, *keys: str) -> Section:
    t = fmt.t
    lines = [*(t(key) for key in keys), t("method.unknown")]
    lines += [t("method.synthetic")] if any_synthetic(asked.table) else []
    return Section("method", points=[*lines, t("notice.outside"), t("agenda.made", version=__version__)])


def _sentence(text: str) -> str:
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."
