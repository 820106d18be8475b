"""Visit a program's pages and print what a visitor sees: `drive.py PROGRAM < visits.json`.

Runs under python-fasthtml and, with `--compat`, under the compatible door; needs only Starlette.
"""

import importlib.util
import json
import re
import sys
import warnings
from html.parser import HTMLParser


class Seen(HTMLParser):
    """Collects the text of a page that is shown, and the values of its fields."""

    def __init__(self):
        super().__init__()
        self.text, self.hidden = [], []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag in ("script", "style", "title", "head"):
            self.hidden.append(tag)
        elif tag == "input" and named.get("type") != "hidden":
            checked = " checked" if "checked" in named else ""
            self.text.append(f"[{named.get('value') or ''}{checked}]")
        elif tag == "option" and "selected" in named:
            self.text.append(">")

    def handle_endtag(self, tag):
        if tag in self.hidden:
            self.hidden.remove(tag)

    def handle_data(self, data):
        if not self.hidden:
            self.text.append(data)


def seen(response):
    """Return status, where it leads, and what is to be read."""
    text = response.text
    if "json" in response.headers.get("content-type", ""):
        return [response.status_code, None, response.json()]
    if "html" in response.headers.get("content-type", ""):
        page = Seen()
        page.feed(text)
        text = " ".join(page.text)
    leads = response.headers.get("location") or response.headers.get("hx-redirect")
    return [response.status_code, leads, re.sub(r"\s+", " ", text).strip()]


def main(program, visits):
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

    spec = importlib.util.spec_from_file_location("program", program)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    options = {"follow_redirects": False, "raise_server_exceptions": False}
    with TestClient(module.app, **options) as client:
        out = []
        for method, path, options in visits:
            if "files" in options:
                options["files"] = [(k, (n, c.encode())) for k, n, c in options["files"]]
            out.append(seen(client.request(method, path, **options)))
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    if "--compat" in sys.argv:
        import contextlib

        with contextlib.redirect_stdout(sys.stderr):
            import fasthtml_nb.compat  # noqa: F401
    main(sys.argv[1], json.load(sys.stdin))
