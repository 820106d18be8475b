"""Write notebooks as web pages that need nothing but themselves."""

from __future__ import annotations

import re
from functools import cache
from html import escape

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
.code_cell { margin: .9rem 0 }
.input_area, .text_cell_render > :is(.highlight, pre) { padding: .7rem .9rem; background: var(--soft);
  border: 1px solid var(--line); border-radius: 6px }
.text_cell_render > :is(.highlight, pre) { margin: .7rem 0 }
.output_area { margin: .5rem 0 0 .9rem }
.output_text pre, .output_stream pre { padding: .1rem 0 .1rem .7rem;
  border-left: 3px solid var(--line) }
.output_stderr pre, .output_error pre { padding: .5rem .7rem; background: #fff0ee;
  border-left: 3px solid #cf222e }
.output_html { overflow-x: auto }
.prompt { display: none }
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


@cache
def _exporter():
    from nbconvert import HTMLExporter

    return HTMLExporter(template_name="basic", anchor_link_text="#", embed_images=True)


def body_of(notebook: dict) -> str:
    """Return the cells that readers see as HTML."""
    import nbformat

    node = nbformat.v4.rwbase.rejoin_lines(nbformat.from_dict(for_readers(notebook)))
    body, _ = _exporter().from_notebook_node(node)
    return re.sub(r"<a class=\"anchor-link\"", '<a class="anchor-link" aria-hidden="true"', body)


def page_of(notebook: dict, title: str, links: str = "") -> str:
    """Return the notebook as one page: no script, style or picture is fetched by it."""
    return frame(title, body_of(notebook), links)
