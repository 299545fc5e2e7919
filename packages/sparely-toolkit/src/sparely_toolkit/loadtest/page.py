"""A report as blocks, written twice: Markdown for terminals and pull requests, one HTML page for people."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path


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

    svg: str
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
            f"<title>{escape(self.title)}</title><style>{_STYLE}</style></head>"
            f"<body><main><h1>{escape(self.title)}</h1>{body}</main></body></html>\n"
        )


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
            head = "".join(f"<th>{_inline(column)}</th>" for column in columns)
            body = "".join("<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>" for row in rows)
            return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        case Figures(named):
            tiles = "".join(
                f"<div><b>{_inline(figure)}</b><span>{_inline(name)}</span></div>" for name, figure in named
            )
            return f'<div class="tiles">{tiles}</div>'
        case Text(text):
            return f"<p>{_inline(text)}</p>"
        case Notes(points):
            return "<ul>" + "".join(f"<li>{_inline(point)}</li>" for point in points) + "</ul>"
        case Picture(svg, caption):
            return f"<figure>{svg}<figcaption>{_inline(caption)}</figcaption></figure>"


def _inline(text: str) -> str:
    """Text of a block in HTML; what stands between backticks is code, as in Markdown."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


_STYLE = """
:root{color-scheme:light;--ink:#1d2730;--soft:#5b6673;--line:#d8dee4;--ground:#f5f7f9}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI","Liberation Sans",sans-serif}
main{max-width:1040px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:1.7rem;line-height:1.2;margin:8px 0 20px}
h2{font-size:1.15rem;margin:0 0 10px}
section{background:#fff;border:1px solid var(--line);border-radius:8px;padding:18px 20px;margin:0 0 18px}
p{margin:0 0 10px}
ul{margin:0;padding-left:20px}
li{margin:0 0 4px;overflow-wrap:anywhere}
.table{overflow-x:auto;margin:0 0 10px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
th,td{padding:6px 10px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th{color:var(--soft);font-weight:600;white-space:normal;vertical-align:bottom}
th:first-child,td:first-child{text-align:left;padding-left:0;white-space:normal}
tbody tr:last-child td{border-bottom:0}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(120px,1fr));gap:14px 18px;margin:0 0 12px}
.tiles b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}
.tiles span{color:var(--soft);font-size:.88rem}
figure{margin:0 0 16px}
figcaption{color:var(--soft);font-size:.88rem;margin-top:4px}
svg{display:block;width:100%;height:auto}
svg text{font:12px system-ui,"Segoe UI","Liberation Sans",sans-serif;fill:var(--soft)}
svg .grid{stroke:var(--line)}
svg .axis{stroke:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:.88rem;margin:0 0 6px}
.legend i{display:inline-block;width:18px;height:3px;margin-right:6px;vertical-align:middle}
.narrow{display:none}
@media(max-width:640px){
.wide{display:none}.narrow{display:block}
main{padding:16px 10px 32px}section{padding:14px 12px}h1{font-size:1.35rem}th,td{padding:5px 8px}
}
"""
