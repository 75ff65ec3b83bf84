"""Words: what pages say in each language, spellings, and the headings and words that registers use.

`catalogues` holds the sentences of maps, charts, reports and findings (files in `words/`), `sentences` fills those of
findings in the language spoken, `retelling` says in a language what readers said in English, `headings` the columns and
values that registers use, `spelling` the key under which two spellings of a name are one, `release_status` what words
on the state of work say of a release. Nothing here knows of shapes.
"""

from kosovo_hazards.language.catalogues import Catalogue, Note, catalogue, languages
from kosovo_hazards.language.headings import (
    CUT,
    compact,
    cut_headings,
    headings,
    not_hazardous_areas,
    personal_words,
    words,
)
from kosovo_hazards.language.release_status import release_statuses, unfinished
from kosovo_hazards.language.retelling import retold
from kosovo_hazards.language.sentences import (
    areas,
    numbers,
    percents,
    sentence,
    sentences,
    speaking,
    spoken,
    spoken_words,
)
from kosovo_hazards.language.spelling import lookup_keys, spelling_key

__all__ = [
    "CUT",
    "Catalogue",
    "Note",
    "areas",
    "catalogue",
    "compact",
    "cut_headings",
    "headings",
    "languages",
    "lookup_keys",
    "not_hazardous_areas",
    "numbers",
    "percents",
    "personal_words",
    "release_statuses",
    "retold",
    "sentence",
    "sentences",
    "speaking",
    "spelling_key",
    "spoken",
    "spoken_words",
    "unfinished",
    "words",
]
