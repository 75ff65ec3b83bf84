"""Charts: figures for a meeting, and the map for paper."""
