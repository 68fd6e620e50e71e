"""Emacs itself with `dslc-mode`: colours, indentation, which kdl a file is, and the language server through eglot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.editors.conftest import (
    EDITORS,
    MODELS,
    SHOWN,
    THEIRS,
    WRONG,
    cache,
    keyword_places,
    name_places,
    of_debian,
)
from tests.editors.test_vim import WHOLE

WORDS = ["font-lock-keyword-face", "font-lock-constant-face"]


@pytest.fixture(scope="session")
def emacs() -> list[str]:
    """Emacs with its own files."""
    started = of_debian("emacs", "usr/bin/emacs-nox")
    if len(started) > 1:
        (dump,) = (cache("trixie") / "usr/libexec/emacs").glob("*/*/*.pdmp")
        started.append(f"--dump-file={dump}")
    return started


def in_emacs(emacs: list[str], folder: Path, script: str) -> Any:
    """What a script in Emacs Lisp tells as JSON."""
    run, out = folder / "run.el", folder / "out.json"
    run.write_text(
        f'(require \'json) (add-to-list \'load-path "{EDITORS / "emacs"}") (require \'dslc-mode)\n'
        f'(defun tell (value) (with-temp-file "{out}" (insert (json-encode value))))\n'
        "(defun wait (test) (let ((n 0)) (while (and (< n 300) (not (funcall test)))"
        " (accept-process-output nil 0.1) (setq n (1+ n)))))\n" + script,
        encoding="utf-8",
    )
    share = cache("trixie") / "usr/share/emacs"
    own = (
        {"EMACSDATA": str(next(share.glob("*/etc"))), "EMACSDOC": str(next(share.glob("*/etc")))}
        if len(emacs) > 1
        else {}
    )
    if own:
        lisp = next(share.glob("*/lisp"))
        own["EMACSLOADPATH"] = ":".join(str(each) for each in [lisp, *lisp.iterdir()] if each.is_dir())
    environment = {**os.environ, **own, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    done = subprocess.run(
        [*emacs, "--batch", "-Q", "-l", run],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert out.exists(), done.stdout + done.stderr
    return json.loads(out.read_text(encoding="utf-8"))


def test_words_are_coloured_where_the_compiler_takes_them_for_words(emacs: list[str], tmp_path: Path) -> None:
    asked = []
    for path in MODELS:
        text = path.read_text(encoding="utf-8")
        places = sorted(keyword_places(text) | name_places(text))
        asked.append(f'(look "{path}" \'({" ".join(str(at + 1) for at in places)}))')
    told = in_emacs(
        emacs,
        tmp_path,
        """(defun look (file places)
          (with-temp-buffer
            (insert-file-contents file) (dslc-mode) (font-lock-ensure)
            (vconcat (mapcar (lambda (at) (format "%s" (get-text-property at 'face))) places))))
        (tell (vector """ + "\n".join(asked) + "))",
    )
    wrong = []
    for path, faces in zip(MODELS, told, strict=True):
        text = path.read_text(encoding="utf-8")
        names = name_places(text)
        for at, face in zip(sorted(keyword_places(text) | names), faces, strict=True):
            if (face in WORDS) == (at in names):
                wrong.append((path.name, text.count("\n", 0, at) + 1, text[at : at + 8], face))
    assert not wrong


def test_indentation_is_that_of_the_formatter(emacs: list[str], tmp_path: Path) -> None:
    """All lines lose their indentation, but for strings, and get it again."""
    files = " ".join(f'"{path}"' for path in WHOLE)
    told = in_emacs(
        emacs,
        tmp_path,
        f"""(defun again (file)
          (with-temp-buffer
            (insert-file-contents file) (dslc-mode)
            (goto-char (point-min))
            (while (not (eobp))
              (unless (nth 3 (syntax-ppss (line-beginning-position))) (delete-horizontal-space))
              (forward-line))
            (let ((inhibit-message t)) (indent-region (point-min) (point-max)))
            (buffer-string)))
        (tell (vconcat (mapcar #'again '({files}))))""",
    )
    wrong = []
    for path, text in zip(WHOLE, told, strict=True):
        lines = zip(path.read_text(encoding="utf-8").split("\n"), text.split("\n"), strict=True)
        wrong += [
            (path.parent.name, path.name, n, *each) for n, each in enumerate(lines, 1) if len(set(each)) > 1
        ]
    assert not wrong


@pytest.mark.parametrize(
    ("name", "text", "mode"),
    [
        *((name, text, "fundamental-mode") for name, text in THEIRS.items()),
        ("m.kdl", SHOWN, "dslc-mode"),
        ("new.kdl", "", "dslc-mode"),
        ("zellij.model.kdl", THEIRS["zellij.kdl"], "dslc-mode"),
    ],
)
def test_the_text_tells_which_kdl_it_is(
    emacs: list[str], tmp_path: Path, name: str, text: str, mode: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert in_emacs(emacs, tmp_path, f'(find-file "{name}") (tell (symbol-name major-mode))') == mode


def test_eglot_shows_shapes_and_mistakes(emacs: list[str], tmp_path: Path) -> None:
    (tmp_path / "shown.kdl").write_text(SHOWN, encoding="utf-8")
    (tmp_path / "wrong.kdl").write_text(WRONG, encoding="utf-8")
    told = in_emacs(
        emacs,
        tmp_path,
        f"""(require 'eglot) (require 'flymake)
        (setq dslc-server-command '("{sys.executable}" "-m" "dslc" "lsp"))
        (find-file "wrong.kdl")
        (apply #'eglot (eglot--guess-contact))
        (flymake-mode 1) (flymake-start)
        (wait (lambda () (flymake-start) (flymake-diagnostics)))
        (defun labels-of (hints) (vconcat (mapcar (lambda (hint) (plist-get hint :label)) hints)))
        (let ((wrong (mapcar #'flymake-diagnostic-text (flymake-diagnostics))) shown fewer)
          (find-file "shown.kdl")
          (eglot--maybe-activate-editing-mode)
          (setq shown (eglot--request (eglot-current-server) :textDocument/inlayHint
             (list :textDocument (eglot--TextDocumentIdentifier)
                   :range '(:start (:line 0 :character 0) :end (:line 9 :character 0)))))
          (setq-default eglot-workspace-configuration '(:dslc (:inlayHints (:counts :json-false))))
          (eglot-signal-didChangeConfiguration (eglot-current-server))
          (setq fewer (eglot--request (eglot-current-server) :textDocument/inlayHint
             (list :textDocument (eglot--TextDocumentIdentifier)
                   :range '(:start (:line 0 :character 0) :end (:line 9 :character 0)))))
          (tell (vector (vconcat wrong) (labels-of shown) (labels-of fewer))))""",
    )
    assert any("Dense" in each for each in told[0])
    assert told[1] == ["→ (3,)", "15 parameters"] and told[2] == ["→ (3,)"]
