"""Formats: a file is opened by what it is, and its records come out as the source holds them."""
