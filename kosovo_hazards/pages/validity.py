"""The line of a page that says when it was made, of which file, and until when it holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.language import Catalogue

__all__ = ["Validity"]

_PUBLIC_DAYS = 365


@dataclass(frozen=True)
class Validity:
    """What a page says of its age.

    Attributes
    ----------
    made
        Day on which it is made.
    expires
        Last day on which it holds; None if it says none.
    sha256
        Of the source file, empty if it is not known.
    """

    made: dt.date
    expires: dt.date | None
    sha256: str

    @classmethod
    def of(cls, expires: str | dt.date | None, *, sha256: str, public: bool) -> Validity:
        """What the caller says; a public page, which others pass on, holds for a year if nothing is said.

        Parameters
        ----------
        expires
            Last day on which the page holds, ``YYYY-MM-DD``.
        sha256
            Of the source file.
        public
            Whether the page is for everyone.

        Raises
        ------
        UsageError
            If `expires` is no day.

        Examples
        --------
        >>> Validity.of("2030-12-31", sha256="", public=False).expires
        datetime.date(2030, 12, 31)
        """
        made = dt.date.today()
        if expires is None:
            return cls(made, made + dt.timedelta(days=_PUBLIC_DAYS) if public else None, sha256)
        try:
            return cls(made, pd.Timestamp(expires).date(), sha256)
        except ValueError as error:
            raise UsageError(
                f"{argument('expires', str(expires))} is no day", hint='write it as "2030-12-31"'
            ) from error

    def said(self, t: Catalogue, made: str = "foot.made") -> str:
        """The line.

        Parameters
        ----------
        t
            The words.
        made
            Key of the sentence that says when the page was made.
        """
        parts = [t(made, date=t.day(self.made))]
        if self.expires is not None:
            parts.append(t("foot.expires", date=t.day(self.expires)))
        if self.sha256:
            parts.append(t("foot.sha256", hash=self.sha256))
        return " ".join(parts)

    def content(self, t: Catalogue) -> dict[str, str]:
        """What the page needs to say by itself that it is too old: the day, and the sentence; empty for no day.

        Parameters
        ----------
        t
            The words.
        """
        if self.expires is None:
            return {}
        return {"day": self.expires.isoformat(), "text": t("notice.expired", date=t.day(self.expires))}
