"""Reports: one page for a meeting, with its tables, charts and files, and the tables of a Convention report."""

from kosovo_hazards.report.article_7_form import write_article_7
from kosovo_hazards.report.making import write_report

__all__ = ["write_article_7", "write_report"]
