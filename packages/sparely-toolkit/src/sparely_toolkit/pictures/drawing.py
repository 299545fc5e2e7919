"""Charts drawn: as an SVG of fixed bytes, and in a page by a script that the page carries."""

import json
import re
from functools import cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zlib import crc32

from sparely_toolkit.kept import cache_folder, recall, remember
from sparely_toolkit.pictures import style
from sparely_toolkit.pictures.parts import FIT, WHOLE, Spec

IMAGE_PX = 470
"""Width of an image in a document: its letters stay readable on a telephone, where it is shown at 360 px."""
PAGE_PX = 720
VERSION = "6.4"
"""Of Vega-Lite: the one that the page's script has."""
_BESIDE_PX = {FIT: style.AXIS_PX + 28, WHOLE: 18}
"""What the upright axis and the edges take of a chart's width."""


def to_svg(spec: Spec, *, title: str, width_px: int = IMAGE_PX) -> str:
    """
    Draw a chart as an SVG that needs nothing beside it, light or dark as the reader's machine is set.

    The same specification gives the same bytes.
    """
    import vl_convert  # V8 and Vega, 80 MB: only where something is drawn

    svg = vl_convert.vegalite_to_svg(_of_width(_still(spec), width_px), vl_version=VERSION)
    head, _, rest = _numbered(svg).partition(">")
    return f'{head} role="img"><title>{escape(title)}</title><style>{_dark_css()}</style>{rest}\n'


def figure(spec: Spec, caption: str) -> str:
    """A chart in a page with `script()`: drawn anew in the page's width, with tooltips; without a script, as it is."""
    words = json.dumps(spec, separators=(",", ":")).replace("<", "\\u003c")
    still = to_svg(spec, title=caption, width_px=PAGE_PX)
    return f'<div class="chart">{still}</div><script type="application/json">{words}</script>'


def script() -> str:
    """What draws a page's figures, to stand in the page: 0.9 MB, which loads nothing."""
    return f"{library()}\n{_file('page.js')}"


@cache
def library() -> str:
    """Vega, Vega-Lite and `drawChart(place, words)`, which gives the view that it has drawn."""
    constants = f"const DARK = {json.dumps(style.DARK)}, BESIDE_PX = {json.dumps(_BESIDE_PX)};"
    # Its names are its own: a page's script has some of the same.
    return "\n".join([f"(() => {{{_vega()}}})();", constants, _file("chart.js")])


def _vega() -> str:
    """Vega as one script: the same of the same versions, so that the seconds of putting it together are spent once."""
    name = f"vega-{version('vl-convert-python')}-{VERSION}-{crc32(_GLOBAL.encode()):08x}.js"
    if known := recall(cache_folder(), name):
        return known
    import vl_convert

    made: str = vl_convert.javascript_bundle(_GLOBAL, vl_version=VERSION)
    remember(cache_folder(), name, made)
    return made


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


_GLOBAL = "window.vegaEmbed = vegaEmbed;"


def _numbered(svg: str) -> str:
    """Parts that are referred to are numbered over all that a process has drawn: here by the image alone."""
    own = f"c{crc32(_CLIP.sub('', svg).encode()):08x}"
    places = {name: place for place, name in enumerate(dict.fromkeys(_CLIP.findall(svg)))}
    return _CLIP.sub(lambda found: f"{own}-{places[found[0]]}", svg)


_CLIP = re.compile(r'(?<=url\(#)clip\d+(?=\))|(?<=id=")clip\d+(?=")')


def _still(spec: Any) -> Any:
    """Without the points that wait for a pointer: an image has none."""
    match spec:
        case dict():
            return {name: _still(value) for name, value in spec.items()}
        case list():
            return [_still(each) for each in spec if not (isinstance(each, dict) and _waits(each))]
        case _:
            return spec


def _waits(layer: Spec) -> bool:
    size = layer.get("encoding", {}).get("size", {})
    return isinstance(size, dict) and size.get("value") == 0


def _of_width(spec: Any, width: int) -> Any:
    match spec:
        case dict():
            filled = {name: _of_width(value, width) for name, value in spec.items()}
            beside_px = _BESIDE_PX.get(str(filled.get("width")))
            return filled if beside_px is None else {**filled, "width": width - beside_px}
        case list():
            return [_of_width(each, width) for each in spec]
        case _:
            return spec


def _dark_css() -> str:
    swapped = "".join(
        f'[{name}="{light}"]{{{name}:{dark}}}' for light, dark in style.DARK.items() for name in ("fill", "stroke")
    )
    return f"@media(prefers-color-scheme:dark){{{swapped}}}"
