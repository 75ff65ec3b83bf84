"""Reports: one page for a meeting, with its tables, charts and files, and the tables of a Convention report.

`making` is the way in: `request` puts the request in order, `results` computes, `tables`, `key_figures` and `sections`
word it through `formatter`, `page` and `files` write it, `public` rounds what everyone may see, `written` is
what comes back.
"""

from kosovo_hazards.report.article_7 import Article7, article_7_tables
from kosovo_hazards.report.article_7_form import write_article_7
from kosovo_hazards.report.files import write_workbook
from kosovo_hazards.report.formatter import Formatter, ReportTable
from kosovo_hazards.report.key_figures import KeyFigure
from kosovo_hazards.report.making import write_report
from kosovo_hazards.report.page import Block, Head, Image, Section, page_of
from kosovo_hazards.report.results import land_release_as_reported
from kosovo_hazards.report.written import WrittenReport

__all__ = [
    "Article7",
    "Block",
    "Formatter",
    "Head",
    "Image",
    "KeyFigure",
    "ReportTable",
    "Section",
    "WrittenReport",
    "article_7_tables",
    "land_release_as_reported",
    "page_of",
    "write_article_7",
    "write_report",
    "write_workbook",
]
