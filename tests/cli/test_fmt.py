"""`dslc fmt`: files in place, `--check`, `--diff`, standard input, mistakes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

Run = Callable[..., CompletedProcess[str]]

LOOSE = "model   M{ input x:(8,)\n output x->Dense( 2 ) # two\n}\n"
FORMED = "model M {\n    input x: (8,)\n    output x -> Dense(2)  # two\n}\n"


def test_files_are_formatted_in_place_and_only_when_they_change(dslc: Run, tmp_path: Path) -> None:
    loose, formed = tmp_path / "loose.kdl", tmp_path / "formed.kdl"
    loose.write_text(LOOSE)
    formed.write_text(FORMED)
    os.chmod(loose, 0o640)
    before = formed.stat().st_mtime_ns
    done = dslc("fmt", ".")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "1 file formatted, 1 file already in form\n"
    assert loose.read_text() == FORMED and loose.stat().st_mode & 0o777 == 0o640
    assert formed.stat().st_mtime_ns == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["formed.kdl", "loose.kdl"]
    assert dslc("fmt", ".").stderr == "2 files already in form\n"


def test_check_writes_nothing_and_says_which(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "loose.kdl").write_text(LOOSE)
    done = dslc("fmt", "--check", "loose.kdl")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "would format loose.kdl\n1 file would be formatted\n"
    assert (tmp_path / "loose.kdl").read_text() == LOOSE


def test_diff_shows_the_change_on_stdout(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "loose.kdl").write_text(LOOSE)
    done = dslc("fmt", "--diff", "loose.kdl")
    assert done.returncode == 1
    assert "-model   M{ input x:(8,)\n" in done.stdout and "+    input x: (8,)\n" in done.stdout
    assert (tmp_path / "loose.kdl").read_text() == LOOSE


def test_standard_input_goes_to_standard_output(dslc: Run) -> None:
    done = dslc("fmt", "-", input=LOOSE)
    assert (done.returncode, done.stdout, done.stderr) == (0, FORMED, "")
    narrow = dslc("fmt", "-", "--line-length", "20", input=LOOSE)
    assert narrow.stdout == "model M {\n    input x: (8,)\n    output x\n        -> Dense(2)  # two\n}\n"
    checked = dslc("fmt", "-", "--check", "--stdin-filename", "a.kdl", input=LOOSE)
    assert (checked.returncode, checked.stderr) == (1, "would format a.kdl\n1 file would be formatted\n")


def test_a_mistake_is_reported_and_its_statement_left_alone(dslc: Run, tmp_path: Path) -> None:
    broken = "model M{\n  input x:(8,)\n  y =  x ->   -> Flatten\n  output   y\n}\n"
    done = dslc("fmt", "-", "--stdin-filename", "a.kdl", "--format", "concise", input=broken)
    assert done.returncode == 1
    assert done.stdout == "model M {\n    input x: (8,)\n    y =  x ->   -> Flatten\n    output y\n}\n"
    assert done.stderr.startswith("a.kdl:3:")


def test_nothing_is_written_when_a_file_cannot_be_read(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "loose.kdl").write_text(LOOSE)
    done = dslc("fmt", "loose.kdl", "missing.kdl")
    assert done.returncode == 2 and "missing.kdl" in done.stderr
    assert (tmp_path / "loose.kdl").read_text() == LOOSE


def test_line_breaks_of_windows_and_byte_order_marks_go(dslc: Run, tmp_path: Path) -> None:
    path = tmp_path / "windows.kdl"
    path.write_bytes(b"\xef\xbb\xbf" + FORMED.replace("\n", "\r\n").encode())
    assert dslc("fmt", "--check", "windows.kdl").returncode == 1
    assert dslc("fmt", "windows.kdl").returncode == 0
    assert path.read_bytes() == FORMED.encode()


def test_a_read_only_file_is_left_as_it_is(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "other.kdl").write_text(LOOSE)
    (tmp_path / "locked.kdl").write_text(LOOSE)
    (tmp_path / "locked.kdl").chmod(0o444)
    done = dslc("fmt", ".")
    assert done.returncode == 2
    assert done.stderr == "dslc: locked.kdl cannot be written: it is read-only\nnothing was written\n"
    assert (tmp_path / "other.kdl").read_text() == (tmp_path / "locked.kdl").read_text() == LOOSE
    assert dslc("fmt", "--check", ".").returncode == 1


def test_a_link_stays_a_link(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "real.kdl").write_text(LOOSE)
    (tmp_path / "link.kdl").symlink_to("real.kdl")
    assert dslc("fmt", "link.kdl").returncode == 0
    assert (tmp_path / "link.kdl").is_symlink() and (tmp_path / "real.kdl").read_text() == FORMED


def test_a_width_that_is_none_is_refused(dslc: Run) -> None:
    done = dslc("fmt", "-", "--line-length", "3", input=LOOSE)
    assert done.returncode == 2 and "expected a whole number, 20 or more" in done.stderr
