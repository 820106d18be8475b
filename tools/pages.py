"""Write notebooks as web pages that need nothing but themselves."""

from __future__ import annotations

import re
from html import escape

from tools.notebooks import import_nbformat, joined
from tools.readme import for_readers

STYLE = """
:root { color-scheme: light; --line: #d8dee4; --soft: #f6f8fa; --ink: #1f2328; --link: #0a58ca }
* { box-sizing: border-box }
body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.6 system-ui, sans-serif }
main { max-width: 58rem; margin: 0 auto; padding: 1.5rem 1.25rem 5rem }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; max-width: 58rem; margin: 0 auto;
  padding: .9rem 1.25rem; border-bottom: 1px solid var(--line); font-size: .9rem }
a { color: var(--link) }
h1 { font-size: 2rem; line-height: 1.2; margin: 1.2rem 0 .6rem }
h2 { font-size: 1.4rem; margin: 2.4rem 0 .6rem; padding-bottom: .3rem;
  border-bottom: 1px solid var(--line) }
:is(h1, h2, h3) code { font-size: .9em }
h3 { font-size: 1.1rem; margin: 1.6rem 0 .4rem }
h1 + blockquote { margin: 0 0 1.2rem; padding: 0; border: 0; font-size: 1.15rem; color: #57606a }
blockquote { margin: 1rem 0; padding: 0 1rem; border-left: 3px solid var(--line); color: #57606a }
p, ul, ol { margin: .7rem 0 }
pre, code { font: .875rem/1.5 ui-monospace, Consolas, Menlo, monospace }
p code, li code, td code, th code { padding: .1em .35em; background: var(--soft);
  border-radius: 4px }
pre { margin: 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
table { border-collapse: collapse; font-size: .9rem }
th, td { padding: .35rem .7rem; border: 1px solid var(--line); text-align: left;
  vertical-align: top }
.anchor-link { visibility: hidden; padding-left: .4rem; text-decoration: none }
:is(h1, h2, h3, h4):hover > .anchor-link { visibility: visible }
.in, main > :is(.highlight, pre) { margin: .9rem 0 0; padding: .7rem .9rem;
  background: var(--soft); border: 1px solid var(--line); border-radius: 6px }
main > :is(.highlight, pre) { margin: .7rem 0 }
.out { margin: .5rem 0 0 .9rem; overflow-x: auto }
.out > pre { padding: .1rem 0 .1rem .7rem; border-left: 3px solid var(--line) }
.out > pre.error { padding: .5rem .7rem; background: #fff0ee; border-left: 3px solid #cf222e }
:is(.in, .out) + p { margin-top: 1.2rem }
.pages { list-style: none; padding: 0 }
.pages li { margin: .35rem 0 }
.pages span { color: #57606a }
"""


def frame(title: str, body: str, links: str = "") -> str:
    """Return a page of `body`, below a line of `links`, with its styles in it."""
    from pygments.formatters import HtmlFormatter

    nav = f"<nav>{links}</nav>\n" if links else ""
    code = HtmlFormatter(style="default").get_style_defs(".highlight")
    colours = "\n".join(line for line in code.splitlines() if "background: #f8f8f8" not in line)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}\n{colours}</style>\n</head>\n"
        f"<body>\n{nav}<main>\n{body.strip()}\n</main>\n</body>\n</html>\n"
    )


def markdown(source: str) -> str:
    """Return a Markdown cell as HTML, as notebooks show it."""
    import_nbformat()  # which nbconvert imports
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, anchor_link_text="#")
    return MarkdownWithMath(renderer=renderer).render(source)


def highlighted(source: str) -> str:
    """Return Python source in colours."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")


_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def shown(output: dict) -> str:
    """Return an output as HTML: the richest of its forms that a page can hold."""
    if output["output_type"] == "error":
        trace = _ANSI.sub("", "\n".join(output["traceback"]))
        return f'<pre class="error">{escape(trace)}</pre>'
    data = {kind: joined(value) for kind, value in output.get("data", {}).items() if text_in(value)}
    for kind, draw in _DRAW.items():
        if kind in data:
            return draw(data[kind])
    text = joined(output.get("text", data.get("text/plain", "")))
    mark = ' class="error"' if output.get("name") == "stderr" else ""
    return f"<pre{mark}>{escape(_ANSI.sub('', text.rstrip()))}</pre>"


def text_in(value: object) -> bool:
    """Say whether an output's value is text, and not JSON."""
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(line, str) for line in value)
    )


_DRAW = {
    "text/html": str,
    "image/svg+xml": str,
    "image/png": lambda data: f'<img alt="" src="data:image/png;base64,{data.strip()}">',
    "image/jpeg": lambda data: f'<img alt="" src="data:image/jpeg;base64,{data.strip()}">',
    "text/markdown": markdown,
}


def body_of(notebook: dict) -> str:
    """Return the cells that readers see as HTML; views are passed through as they are."""
    parts = []
    for cell in for_readers(notebook)["cells"]:
        if cell["cell_type"] == "markdown":
            parts.append(markdown(cell["source"]))
            continue
        if not cell["metadata"].get("transient"):
            parts.append(f'<pre class="in highlight">{highlighted(cell["source"])}</pre>')
        parts += [f'<div class="out">{shown(output)}</div>' for output in cell["outputs"]]
    return "\n".join(parts)


def page_of(notebook: dict, title: str, links: str = "") -> str:
    """Return the notebook as one page: no script, style or picture is fetched by it."""
    return frame(title, body_of(notebook), links)
