"""The door to the database: what it opens, what it imports, what is a 404."""

import subprocess
import sys
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from fasthtml_nb.web.database import database, is_missing_row


@dataclass
class Profile:
    email: str
    phone: str
    age: int


def test_importing_loads_no_database():
    code = "import sys; from fasthtml_nb.web.database import database, is_missing_row; "
    code += "assert not is_missing_row(KeyError()); "
    code += "print(sorted({'fastlite', 'apsw', 'fastcore', 'apswutils'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (answer.stdout, answer.stderr) == ("[]\n", "")


def test_folders_are_made(tmp_path):
    database(tmp_path / "a" / "b" / "c.db").close()
    assert (tmp_path / "a" / "b" / "c.db").exists()


def test_relative_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    database("profiles.db").close()
    assert (tmp_path / "profiles.db").exists()


def test_memory_is_one_database_each(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one, other = database(), database(":memory:")
    one.create(Profile, pk="email")
    assert one.table_names() == ["profile"] and other.table_names() == []
    assert list(tmp_path.iterdir()) == []


def test_rows_survive_the_program(tmp_path):
    profile = Profile("john@example.com", "123456789", 5)
    first = database(tmp_path / "profiles.db")
    first.create(Profile, pk="email").insert(profile)
    first.close()
    second = database(tmp_path / "profiles.db")
    assert second.create(Profile, pk="email")() == [profile]
    assert second.journal_mode == "wal"
    second.close()


@pytest.mark.parametrize("exc", [KeyError("x"), LookupError(), HTTPException(404), ValueError()])
def test_other_errors_are_no_missing_rows(exc):
    assert not is_missing_row(exc)


def test_a_missing_row_can_be_a_404():
    profiles = database().create(Profile, pk="email")

    def show(request):
        return JSONResponse(profiles[request.path_params["email"]].age)

    def answer(request, exc):
        if is_missing_row(exc):
            return JSONResponse(str(exc), status_code=404)
        raise exc

    with pytest.raises(Exception, match="No row") as caught:
        profiles["x"]
    app = Starlette(routes=[Route("/{email}", show)], exception_handlers={caught.type: answer})
    profiles.insert(Profile("a", "", 3))
    client = TestClient(app)
    assert client.get("/a").json() == 3
    found = client.get("/b")
    assert (found.status_code, found.json()) == (404, "No row in 'profile' with email = 'b'.")
