"""How much ground teams release in a season."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf

import numpy as np

from kosovo_hazards._errors import UsageError

__all__ = ["Capacity"]


@dataclass(frozen=True)
class Capacity:
    """Teams, what each releases in a day, and the days of the season.

    Attributes
    ----------
    teams
        Number of teams at work.
    m2_per_team_day
        Square metres that one team releases in a working day.
    season
        First and last month of work. The default, April to November, is when demining takes place in Kosovo (Mine
        Action Review, *Clearing Cluster Munition Remnants* 2025).
    share_worked
        Share of the working days of the season (Monday to Friday) on which work is done; holidays and weather take the
        rest.

    Examples
    --------
    >>> Capacity(teams=21, m2_per_team_day=400).m2_in(2025)
    1461600.0
    """

    teams: float
    m2_per_team_day: float
    season: tuple[int, int] = (4, 11)
    share_worked: float = 1.0

    def __post_init__(self) -> None:
        first, last = self.season
        if not 1 <= first <= last <= 12:
            raise UsageError(f"season {self.season} is not a first and a last month", hint="for instance (4, 11)")
        if not (0 <= self.teams < inf and 0 < self.m2_per_team_day < inf and 0 < self.share_worked <= 1):
            raise UsageError(
                f"{self} is no capacity", hint="teams from 0, square metres above 0, share_worked above 0 and up to 1"
            )

    @classmethod
    def from_output(
        cls,
        released_m2: float,
        *,
        teams: float,
        year: int,
        season: tuple[int, int] = (4, 11),
        share_worked: float = 1.0,
    ) -> Capacity:
        """The capacity that released an area in a past year.

        Parameters
        ----------
        released_m2
            What the teams released in the year.
        teams
            Average number of teams.
        year
            The year, for its working days.
        season, share_worked
            As above.

        Raises
        ------
        UsageError
            If an area or a number of teams is not above 0.

        Examples
        --------
        >>> round(Capacity.from_output(1_510_087, teams=21, year=2024).m2_per_team_day)
        411
        """
        if not (0 < released_m2 < inf and 0 < teams < inf):
            raise UsageError(
                f"{released_m2!r} m² by {teams!r} teams tell no output of a team", hint="give figures above 0"
            )
        days = cls(teams, 1.0, season, share_worked).days_in(year)
        return cls(teams, released_m2 / (teams * days), season, share_worked)

    def days_in(self, year: int) -> float:
        """Days worked in a year.

        Parameters
        ----------
        year
            Its Mondays to Fridays within the season count.
        """
        first, last = self.season
        end = f"{year + 1}-01" if last == 12 else f"{year}-{last + 1:02d}"
        return float(np.busday_count(f"{year}-{first:02d}", end)) * self.share_worked

    def m2_in(self, year: int) -> float:
        """Square metres that all teams release in a year.

        Parameters
        ----------
        year
            Its Mondays to Fridays within the season count.
        """
        return self.teams * self.m2_per_team_day * self.days_in(year)

    def teams_for(self, area_m2: float, years: range) -> int:
        """Teams needed to release an area within some years, at this output a team and day.

        Parameters
        ----------
        area_m2
            What is to be released.
        years
            The years of work.
        """
        each = self.m2_per_team_day * sum(self.days_in(year) for year in years)
        return ceil(area_m2 / each)
