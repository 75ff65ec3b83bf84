"""What a File Geodatabase keeps beside its records: words for codes and subtypes, and names that people see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.reading.field_tools.coded_values import code_key, with_aliases, with_words
from kosovo_hazards.reading.files.limits import ReadingLimits
from kosovo_hazards.reading.files.xml_text import Start, local_name, parse
from kosovo_hazards.reading.source_records import Records

__all__ = ["with_geodatabase_words"]

_DOMAIN = "GPCodedValueDomain2"
_FIELDS = ("GPFieldInfoEx", "Field")


@dataclass
class _Table:
    """What an item says of a table: its name, and for each field alias and domain; words of its subtypes."""

    name: str = ""
    aliases: dict[str, str] = field(default_factory=dict)
    domains: dict[str, str] = field(default_factory=dict)
    subtype_field: str = ""
    subtypes: dict[str, str] = field(default_factory=dict)


def with_geodatabase_words(records: Records, items: Iterable[str], limits: ReadingLimits) -> Records:
    """Records with the words of coded-value domains and subtypes, and the aliases, that a geodatabase's items give.

    Parameters
    ----------
    records
        The records of a table, whose name is their label.
    items
        The column ``Definition`` of the table ``GDB_Items``.
    limits
        How deep their elements may stand in each other.

    Notes
    -----
    Items that are no XML are left out: the codes then stay as they are.
    """
    domains: dict[str, dict[str, str]] = {}
    tables: list[_Table] = []
    for text in items:
        if f"{_DOMAIN}" in text or "DomainName>" in text or "AliasName>" in text or "SubtypeFieldName>" in text:
            item = _Item()
            try:
                parse(text.encode("utf-8"), "GDB_Items", limits, start=item.start, end=item.end, text=item.text)
            except UnreadableSourceError:
                continue
            if item.domain:
                domains[item.domain] = item.words
            elif item.table.name == records.label:
                tables.append(item.table)
    words, aliases = {}, {}
    for table in tables:
        words.update({name: domains[domain] for name, domain in table.domains.items() if domain in domains})
        words.update({table.subtype_field: table.subtypes} if table.subtypes else {})
        aliases.update(table.aliases)
    changed, notes = with_words(records.table, words)
    changed, renamed = with_aliases(changed, aliases)
    return replace(records, table=changed, notes=(*records.notes, *notes, *renamed))


class _Item:
    """Takes what an item says from its elements as they come."""

    def __init__(self) -> None:
        self.domain, self.words = "", dict[str, str]()
        self.table = _Table()
        self._open: list[str] = []
        self._said: dict[tuple[str, str], str] = {}

    @property
    def start(self) -> Start:
        return lambda name, _: self._open.append(local_name(name))

    def text(self, text: str) -> None:
        at = self._where()
        self._said[at] = self._said.get(at, "") + text

    def end(self, _: str) -> None:
        parent, name = self._where()
        text = self._said.get((parent, name), "").strip()
        self._open.pop()
        if name == "CodedValue" and (name, "Code") in self._said:
            self.words[code_key(self._of(name, "Code"))] = self._of(name, "Name")
        elif name in _FIELDS and (named := self._of(name, "Name")):
            self.table.aliases[named] = self._of(name, "AliasName") or named
            if domain := self._of(name, "DomainName"):
                self.table.domains[named] = domain
        elif name == "Subtype" and (name, "SubtypeCode") in self._said:
            self.table.subtypes[code_key(self._of(name, "SubtypeCode"))] = self._of(name, "SubtypeName")
        elif (parent, name) == (_DOMAIN, "DomainName"):
            self.domain = text
        elif len(self._open) == 1 and name == "Name":
            self.table.name = text
        elif name == "SubtypeFieldName":
            self.table.subtype_field = text
        if name in ("CodedValue", "Subtype", *_FIELDS):
            self._said = {at: said for at, said in self._said.items() if at[0] != name}

    def _of(self, parent: str, name: str) -> str:
        return self._said.get((parent, name), "").strip()

    def _where(self) -> tuple[str, str]:
        return self._open[-2] if len(self._open) > 1 else "", self._open[-1]
