"""What a page may load and run: worked out from the page itself, and nothing else is allowed."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit

__all__ = ["image_hosts", "linked", "policy"]

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.S | re.I)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.S | re.I)
_SOURCE = re.compile(r"\bsrc\s*=\s*[\"']?([^\"'\s>]+)", re.I)
_STYLESHEET = re.compile(r"<link\b(?=[^>]*stylesheet)[^>]*?\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.I)
_DATA = '<script type="application/json"'
# Where folium's layers keep the address of their pictures and data.
_ADDRESSES = ("tiles", "url", "image", "embed_link", "data")


def policy(page: str, *, hosts: Iterable[str] = (), added: bool = False, beside: bool = False) -> str:
    r"""Content-Security-Policy of a rendered page.

    Parameters
    ----------
    page
        The whole page, line ends as ``\n``; its inline scripts are allowed by hash, its links by address.
    hosts
        Origins that pictures and tiles come from.
    added
        Whether the user put something on the map; folium's elements need inline styles.
    beside
        Whether the page reads scripts and data from the folder in which it lies, also where that is no server's.

    Returns
    -------
    The meta element.
    """
    page = _without_data(page)
    scripts = [hashed(body) for head, body in _SCRIPT.findall(page) if not _SOURCE.search(head) and _runs(head)]
    links, styles = linked(page)
    # A style sheet from elsewhere brings its pictures and fonts from there.
    origins = sorted({*hosts, *(_origin(address) for address in styles)})
    inline = ["'unsafe-inline'"] if added else [hashed(body) for body in _STYLE.findall(page)]
    rules = {
        "default-src": ["'none'"],
        "script-src": [*dict.fromkeys(scripts), *links],
        "style-src": [*dict.fromkeys(inline), *styles],
        "img-src": ["data:", *origins],
        "font-src": ["data:", *sorted({_origin(address) for address in styles})] if styles else ["'none'"],
        "connect-src": sorted(set(hosts)) if added and hosts else ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    if beside:
        rules["script-src"] += ["'self'", "file:"]
        rules["connect-src"] = ["'self'"]
    content = "; ".join(" ".join([name, *(values or ["'none'"])]) for name, values in rules.items())
    return f'<meta http-equiv="Content-Security-Policy" content="{escape(content, quote=True)}">'


def hashed(body: str) -> str:
    """Source expression that allows one inline script or style.

    Parameters
    ----------
    body
        Exactly what stands between the tags.
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(body.encode('utf-8')).digest()).decode('ascii')}'"


def linked(page: str) -> tuple[list[str], list[str]]:
    """Addresses of the scripts and of the style sheets that a page links to.

    Parameters
    ----------
    page
        The rendered page.
    """
    scripts = [match[1] for head, _ in _SCRIPT.findall(page) if (match := _SOURCE.search(head))]
    styles = _STYLESHEET.findall(_SCRIPT.sub("", page))
    return [list(dict.fromkeys(filter(None, map(_address, found)))) for found in (scripts, styles)]  # type: ignore[return-value]


def image_hosts(elements: Iterable[Any]) -> list[str]:
    """Origins of the tiles and pictures that elements of a map show.

    Parameters
    ----------
    elements
        Folium elements, without their children.
    """
    found = {_origin(address) for element in elements for address in _addresses(element)}
    return sorted(filter(None, found))


def _without_data(page: str) -> str:
    """Leave out what stands in the page as JSON: it never runs, and a country of it takes long to search."""
    first, *others = page.split(_DATA)
    return first + "".join(other.partition("</script>")[2] for other in others)


def _addresses(element: Any) -> Iterator[str]:
    values = [getattr(element, name, None) for name in _ADDRESSES]
    options = getattr(element, "options", None)
    if isinstance(options, dict):
        values += [value for key, value in options.items() if str(key).lower().endswith(("url", "urls"))]
    for value in values:
        if isinstance(value, str) and re.match(r"(https?:)?//", value):
            yield value


def _runs(head: str) -> bool:
    kind = re.search(r"\btype\s*=\s*[\"']?([^\"'\s>]+)", head, re.I)
    return kind is None or "javascript" in kind[1].lower() or kind[1].lower() == "module"


def _address(text: str) -> str:
    """Address without query, as a policy names it; empty for one inside the page."""
    parts = urlsplit(unescape(text))
    if parts.scheme not in ("http", "https", "") or not parts.netloc:
        return ""
    scheme = parts.scheme or "https"
    return _without_signs(f"{scheme}://{parts.netloc}{parts.path}")


def _origin(address: str) -> str:
    parts = urlsplit(unescape(address))
    # A subdomain placeholder may stand for any.
    host = re.sub(r"^\{[a-z]+\}\.", "*.", parts.netloc)
    if not host or "{" in host:
        return ""
    return _without_signs(f"{parts.scheme or 'https'}://{host}")


def _without_signs(text: str) -> str:
    # These would end the rule or the policy.
    return "" if re.search(r"[\s;,'\"]", text) else text
