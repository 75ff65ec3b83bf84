"""Words: catalogues of what pages say, spellings, and the headings and words that registers use."""
