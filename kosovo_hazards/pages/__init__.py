"""Pages: what maps and reports share.

`policy` works out what a page may load and run, `page_json` writes data that can neither end nor open anything in it,
`sources` says where the data come from, `validity` when a page was made and until when it holds; `printing` makes
PDF of pages, `typesetting` keeps figures with their units.
"""

from kosovo_hazards.pages.page_json import json_for_page
from kosovo_hazards.pages.policy import image_hosts, policy
from kosovo_hazards.pages.printing import browsers, print_pages
from kosovo_hazards.pages.sources import sources_line
from kosovo_hazards.pages.typesetting import UNIT_STYLE, with_units
from kosovo_hazards.pages.validity import Validity

__all__ = [
    "UNIT_STYLE",
    "Validity",
    "browsers",
    "image_hosts",
    "json_for_page",
    "policy",
    "print_pages",
    "sources_line",
    "with_units",
]
