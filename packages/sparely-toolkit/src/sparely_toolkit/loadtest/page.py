"""A report as blocks, written twice: Markdown for terminals and pull requests, one HTML page for people."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from sparely_toolkit.pictures import drawing, style
from sparely_toolkit.pictures.parts import Spec


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column is a name, the others are figures."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Named figures: a table of one row in Markdown, tiles on the page."""

    named: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, which only the page shows."""

    chart: Spec
    caption: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Notes:
    """Points of a list."""

    points: Sequence[str]


Block = Table | Figures | Picture | Text | Notes


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Report:
    """A title and its sections."""

    title: str
    sections: Sequence[Section]

    def markdown(self) -> str:
        parts = [f"# {self.title}"]
        for section in self.sections:
            written = [_markdown(block) for block in section.blocks if not isinstance(block, Picture)]
            parts += [f"## {section.title}", *written] if written else []
        return "\n\n".join(parts) + "\n"

    def html(self) -> str:
        body = "".join(
            f"<section><h2>{escape(section.title)}</h2>{''.join(_html(block) for block in section.blocks)}</section>"
            for section in self.sections
        )
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(self.title)}</title><style>{style.css()}{_STYLE}</style></head>"
            f"<body><main><h1>{escape(self.title)}</h1>{body}</main>{self._script()}</body></html>\n"
        )

    def _script(self) -> str:
        drawn = any(isinstance(block, Picture) for section in self.sections for block in section.blocks)
        return f"<script>{drawing.script()}</script>" if drawn else ""


def write_report(report: Report, stem: Path) -> None:
    """Write both forms into `stem`.md and `stem`.html, and print the Markdown: as a terminal shows it, or as it is."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    markdown, page = (stem.with_name(f"{stem.name}{suffix}") for suffix in (".md", ".html"))
    markdown.write_text(report.markdown(), encoding="utf-8")
    page.write_text(report.html(), encoding="utf-8")
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(report.markdown()))
    else:
        print(report.markdown())
    print(f"Written: {markdown} and {page}")


def markdown_table(table: Table) -> str:
    """Write a table in Markdown."""
    head = "| " + " | ".join(table.columns) + " |"
    rule = "| --- |" + " ---: |" * (len(table.columns) - 1)
    return "\n".join([head, rule, *("| " + " | ".join(row) + " |" for row in table.rows)])


def _markdown(block: Block) -> str:
    match block:
        case Table():
            return markdown_table(block)
        case Figures(named):
            return markdown_table(Table([name for name, _ in named], [[figure for _, figure in named]]))
        case Text(text):
            return text
        case Notes(points):
            return "\n".join(f"- {point}" for point in points)
        case Picture():
            return ""


def _html(block: Block) -> str:
    match block:
        case Table(columns, rows):
            return _table(columns, rows)
        case Figures(named):
            tiles = "".join(
                f"<div><b>{_inline(figure)}</b><span>{_inline(name)}</span></div>" for name, figure in named
            )
            return f'<div class="tiles">{tiles}</div>'
        case Text(text):
            return f"<p>{_inline(text)}</p>"
        case Notes(points):
            return "<ul>" + "".join(f"<li>{_inline(point)}</li>" for point in points) + "</ul>"
        case Picture(chart, caption):
            return f"<figure>{drawing.figure(chart, caption)}<figcaption>{_inline(caption)}</figcaption></figure>"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table that a narrow page shows row below row, so that none is cut; columns of sentences are set as text."""
    words = {place for row in rows for place, cell in enumerate(row) if place and len(cell) > _SENTENCE}
    named = dict.fromkeys(words, ' class="words"')
    head = "".join(f"<th{named.get(place, '')}>{_inline(each)}</th>" for place, each in enumerate(columns))
    body = "".join(
        "<tr>"
        + "".join(
            f'<td{named.get(place, "")} data-name="{escape(columns[place])}">{_inline(cell)}</td>'
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    kind = "table" if any(columns) else "table pair"
    return f'<div class="{kind}"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


_SENTENCE = 24
"""Letters from which on a cell is text rather than a figure."""


def _inline(text: str) -> str:
    """Text of a block in HTML; what stands between backticks is code, as in Markdown."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


_STYLE = """
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI","Liberation Sans",sans-serif}
main{max-width:1040px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:1.7rem;line-height:1.2;margin:8px 0 20px;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:0 0 10px}
section{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:18px 20px;margin:0 0 18px}
p{margin:0 0 10px}
ul{margin:0;padding-left:20px}
li,p,code{overflow-wrap:anywhere}
li{margin:0 0 4px}
code{font-size:.92em;background:var(--ground);border:1px solid var(--line);border-radius:4px;padding:0 4px}
.table{margin:0 0 10px;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
th,td{padding:6px 10px;text-align:right;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600;vertical-align:bottom}
th:first-child,td:first-child{text-align:left;padding-left:0}
td{overflow-wrap:break-word}
td.words,th.words{text-align:left}
tbody tr:last-child td{border-bottom:0}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(130px,1fr));gap:14px 18px;margin:0 0 12px}
.tiles b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.tiles span{color:var(--soft);font-size:.88rem}
figure{margin:0 0 16px;overflow:hidden}
figcaption{color:var(--soft);font-size:.88rem;margin-top:4px}
.chart>svg{display:block;width:100%;height:auto}
.chart.vega-embed{display:block}
@media(max-width:640px){
main{padding:16px 10px 32px}section{padding:14px 12px}h1{font-size:1.35rem}
thead{display:none}
tr{display:grid;grid-template-columns:1fr 1fr;gap:0 18px;padding:8px 0;border-bottom:1px solid var(--line)}
tbody tr:last-child{border-bottom:0}
td,td.words{border:0;padding:1px 0;display:flex;justify-content:space-between;gap:8px;text-align:right}
td:first-child{grid-column:1/-1;font-weight:600;text-align:left}
td.words{grid-column:1/-1}
td[data-name]:not([data-name=""])::before{content:attr(data-name);color:var(--soft);font-size:.85rem;text-align:left;overflow-wrap:normal}
td:first-child::before{display:none}
.pair td:first-child{grid-column:auto;font-weight:400}
.pair td:last-child{justify-content:flex-end;align-items:end}
td{overflow-wrap:anywhere}
}
"""
