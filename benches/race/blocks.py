"""Puts what was measured into docs/performance.md, between the two comments that mark the place of each table."""

from pathlib import Path

DOCUMENT = Path("docs/performance.md")


def replace(name, text):
    """Replaces what stands between `<!-- NAME -->` and `<!-- end of NAME -->`."""
    document = DOCUMENT.read_text()
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    before, rest = document.split(begin, 1)
    after = rest.split(end, 1)[1]
    DOCUMENT.write_text(f"{before}{begin}\n{text.strip()}\n\n{end}{after}")
