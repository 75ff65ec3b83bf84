"""Write the list of real differences into the README one folder up; run it after any change to the figures."""

from __future__ import annotations

from pathlib import Path

from kosovo_hazards import published

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- differences: begin -->", "<!-- differences: end -->"


def section() -> str:
    """The list as Markdown: what the audit found, in the order of the findings."""
    found, rows = published.differences(), published.audit()["verdict"].value_counts()
    head = (
        f"{rows.sum()} comparisons: {rows['agrees']} agree, {rows['rounding']} are off by rounding, "
        f"{rows['differs']} differ. These come down to {len(found)} differences:"
    )
    items = [
        f"{number}. **{row.what[0].upper() + row.what[1:]}** ({row.where}): "
        f"printed {row.printed}, recomputed {row.recomputed}. {row.statement}"
        f"\n   *What it means:* {row.meaning}"
        for number, row in enumerate(found.itertuples(), start=1)
    ]
    return "\n".join([head, "", *items])


def main() -> None:
    """Put the list between the two marks."""
    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    text = f"{before}{BEGIN}\n{section()}\n{END}{after}"
    README.write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(published.differences())} differences written to {README.name}")


if __name__ == "__main__":
    main()
