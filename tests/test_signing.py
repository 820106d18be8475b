"""Keys and signatures: files, workers, rotation, tampering."""

import logging
import multiprocessing
import os
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fasthtml_nb.web.signing import (
    SessionKeys,
    key_in_memory,
    make_key_file,
    read_keys,
    seal,
    unseal,
)

SIGNER = SessionKeys("a key for these tests").signer()


def test_key_file_is_private_and_complete(tmp_path):
    path = tmp_path / ".sesskey"
    old_mask = os.umask(0)
    try:
        make_key_file(path)
    finally:
        os.umask(old_mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [len(key) for key in read_keys(path)] == [43]
    assert os.listdir(tmp_path) == [".sesskey"]


def _first_key(path):
    keys = SessionKeys(file=path)
    return keys.signer().secret_keys


def test_workers_that_start_together_agree(tmp_path):
    path = tmp_path / ".sesskey"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        found = pool.map(_first_key, [path] * 16)
    with ThreadPoolExecutor(8) as threads:
        found += list(threads.map(_first_key, [path] * 16))
    assert all(keys == found[0] for keys in found)
    assert os.listdir(tmp_path) == [".sesskey"]


@pytest.mark.parametrize(
    "content", ["", "\n", "  \n\n", "short", "a-key-that-is-long-enough\nshort\n"]
)
def test_a_bad_key_file_says_so(tmp_path, content):
    path = tmp_path / "keys"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(
        ValueError, match=r"key file 'keys' must hold keys of at least 16 characters"
    ):
        SessionKeys(file=path).signer()


def test_a_readable_key_file_is_logged(tmp_path, caplog):
    path = tmp_path / "keys"
    path.write_text("a-key-that-is-long-enough\n")
    path.chmod(0o644)
    with caplog.at_level(logging.WARNING, "fasthtml_nb"):
        read_keys(path)
    assert caplog.messages == ["Others can read the key file keys. Run: chmod 600 keys"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OSError, match=r"key file 'keys' cannot be written .* secret_key="):
        SessionKeys(file=tmp_path / "keys").signer()


def test_a_missing_folder(tmp_path):
    with pytest.raises(OSError, match=r"'keys' cannot be written \(No such file or directory\)"):
        SessionKeys(file=tmp_path / "no" / "keys").signer()


def test_a_file_without_use_is_not_made(tmp_path):
    keys = SessionKeys(file=tmp_path / "keys")
    assert keys.verifier() is None
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("keys", ["", b"", [], [""], ["good", ""]])
def test_empty_keys_are_refused(keys):
    with pytest.raises(ValueError, match="must not be empty"):
        SessionKeys(keys)


def test_rotation():
    old, new = SessionKeys(b"old").signer(), SessionKeys(["new", b"old"]).signer()
    assert unseal(seal("x", old), new, None)[0] == "x"
    assert unseal(seal("x", new), old, None) is None
    assert unseal(seal("x", new), SessionKeys("new").signer(), None)[0] == "x"


def test_no_file_under_pytest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert key_in_memory()
    one, other = SessionKeys(), SessionKeys()
    assert unseal(seal("x", one.signer()), other.signer(), None)[0] == "x"
    assert os.listdir(tmp_path) == []


def test_a_program_writes_its_key_when_it_signs(tmp_path):
    program = "from fasthtml_nb.web.signing import SessionKeys as K; k = K(); import os\n"
    program += "print(k.verifier(), os.listdir()); k.signer(); print(os.listdir())"
    run = [sys.executable, "-W", "error", "-c", program]
    answer = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert answer.stdout == "None []\n['.sesskey']\n"


@given(st.text(st.characters(codec=None)))
def test_round_trip(text):
    sealed = seal(text, SIGNER)
    assert sealed.isascii() and not set(sealed) & set('; ",\\')
    assert unseal(sealed, SIGNER, 60)[0] == text


PLAIN_BASE64 = bytes.maketrans(b"-_", b"+/")  # a signature may be read in either alphabet


@given(st.data())
def test_any_change_is_noticed(data):
    sealed = seal('{"user":1}', SIGNER).encode()
    at = data.draw(st.integers(0, len(sealed) - 2))  # the last character has spare bits
    same = {sealed[at], sealed[at : at + 1].translate(PLAIN_BASE64)[0]}
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte not in same))
    assert unseal(sealed[:at] + bytes([other]) + sealed[at + 1 :], SIGNER, None) is None


@given(st.binary() | st.text(st.characters(codec=None)))
def test_rubbish_is_nothing(value):
    assert unseal(value, SIGNER, 60) is None


def test_age(monkeypatch):
    sealed = seal("x", SIGNER)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert unseal(sealed, SIGNER, 60) is None
    assert unseal(sealed, SIGNER, 62)[0] == unseal(sealed, SIGNER, None)[0] == "x"
    monkeypatch.setattr(time, "time", lambda: now - 5)  # another server's clock is behind
    assert unseal(sealed, SIGNER, 60)[0] == "x"
