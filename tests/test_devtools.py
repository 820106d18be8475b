"""The folder of an app is told to the browser on this machine, and to nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fasthtml_nb.web.app import FastHTML
from fasthtml_nb.web.client import TestClient
from fasthtml_nb.web.devtools import PATH

HERE = {"base_url": "http://localhost:5001", "client": ("127.0.0.1", 1)}


def test_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = FastHTML()
    assert TestClient(app, **HERE).get(PATH).status_code == 404, "only when asked for"
    app.devtools_json()
    found = TestClient(app, **HERE).get(PATH).json()["workspace"]
    assert found["root"] == str(tmp_path.resolve())
    assert found == TestClient(app, **HERE).get(PATH).json()["workspace"]
    app.devtools_json(tmp_path / "a", "b")
    found = TestClient(app, **HERE).get(PATH).json()["workspace"]
    assert found == {"root": str(tmp_path.resolve() / "a"), "uuid": "b"}


@pytest.mark.parametrize(
    "client",
    [
        {"base_url": "http://localhost", "client": ("10.0.0.7", 1)},
        {"base_url": "http://evil.example", "client": ("127.0.0.1", 1)},
        {"base_url": "http://127.0.0.1.evil.example", "client": ("127.0.0.1", 1)},
        {"base_url": "http://localhost.evil.example", "client": ("::1", 1)},
        {"base_url": "http://testserver"},
    ],
)
def test_nobody_else(client: Any) -> None:
    app = FastHTML()
    app.devtools_json()
    answer = TestClient(app, **client).get(PATH)
    assert answer.status_code == 404 and "workspace" not in answer.text


@pytest.mark.parametrize("base", ["http://127.0.0.1", "http://[::1]:5001", "http://127.0.0.9"])
def test_names_of_this_machine(base: str) -> None:
    app = FastHTML()
    app.devtools_json()
    client = TestClient(app, base_url=base, client=("::1", 1))
    assert client.get(PATH).status_code == 200
