"""Write the words of the language into the files of all editors: `python editors/generate.py [--check]`.

In: the tables that `grammar/kdl.lark` became, and the names that the language itself has taken.  Out: the same files, where each list
of words in `PLACES` is as the language has it now. Everything around the lists is written by hand, but for `dslc.schema.json`, which
is the schema of the settings, for editors of TOML.

A word has one purpose here, read off what the tables tell of it, so that a word that is new in the grammar comes up in every editor.
"""

from __future__ import annotations

import sys
from json import dumps
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from dslc.program.scope import BUILTINS, NAMESPACES  # noqa: E402
from dslc.record import record  # noqa: E402
from dslc.syntax.tables import ENDS_VALUE, ITEMS, KEYWORDS, SOFT, STATEMENTS  # noqa: E402
from dslc.tools.settings_schema import schema  # noqa: E402
from editors.from_textmate import sublime_syntax  # noqa: E402

HARD = frozenset(KEYWORDS.values()) - SOFT
"""What is never a name."""
BARE = {"ASSERT", "RETURN"}
"""Statements that go on with a value of any kind; the others with a name, and `output` with either."""
FLOW = {"IF", "ELSE", "FOR"}


def texts(terminals: frozenset[str] | set[str]) -> tuple[str, ...]:
    """The words of some terminals."""
    return tuple(sorted(text for text, terminal in KEYWORDS.items() if terminal in terminals))


PURPOSES: dict[str, tuple[str, ...]] = {
    "items": texts(ITEMS),
    "names": texts((STATEMENTS & SOFT) - ITEMS - BARE - {"OUTPUT"}),
    "output": texts({"OUTPUT"}),
    "bare": texts(BARE),
    "from": texts(SOFT - ITEMS - STATEMENTS),
    "flow": texts(FLOW),
    "values": texts(HARD & ENDS_VALUE),
    "operators": texts(HARD - ENDS_VALUE - FLOW),
    "soft": texts(SOFT),
    "begins": texts(SOFT & (ITEMS | STATEMENTS) - BARE),
    "between": texts(HARD - ENDS_VALUE),
    "builtins": tuple(sorted(BUILTINS)),
    "namespaces": tuple(sorted(NAMESPACES)),
}
"""The words by what they are for. `between` is what cannot follow a word such as `model` where that begins a statement."""


@record
class Place:
    """A list of words in a file: each that stands between `before` and `after`, which occur there at least once."""

    file: str
    before: str
    purpose: str
    after: str
    joint: str = "|"


_VIM = "vim/syntax/dslc.vim"
_VIM_SOFT = r"'\%(\.\s*\)\@<!\<\%("
_WRITTEN = ("items", "names", "output", "bare", "from", "flow", "operators", "values")
"""Each word of the language once."""
_NAMES = ("builtins", "namespaces")
_TEXTMATE = "vscode/syntaxes/dslc.tmLanguage.json"
_QUERIES = "tree-sitter/queries/highlights.scm"
PLACES = (
    *(Place(_TEXTMATE, f"(?#{each})(?:", each, ")") for each in (*_WRITTEN, *_NAMES, "between")),
    Place("vscode/src/detect.ts", "/^(?:(?:", "items", ")"),
    Place(_VIM, "syn keyword dslcFlow ", "flow", "\n", " "),
    Place(_VIM, "syn keyword dslcOperatorWord ", "operators", "\n", " "),
    Place(_VIM, "syn keyword dslcBoolean ", "values", "\n", " "),
    Place(_VIM, f"syn match dslcBuiltin {_VIM_SOFT}", "builtins", r"\)", r"\|"),
    Place(_VIM, f"syn match dslcNamespace {_VIM_SOFT}", "namespaces", r"\)", r"\|"),
    Place(_VIM, f"syn match dslcItem {_VIM_SOFT}", "items", r"\)", r"\|"),
    Place(_VIM, f"syn match dslcStatement {_VIM_SOFT}", "names", r"\)", r"\|"),
    Place(_VIM, r"[{})\]]\)\@<=\s*\zs\<", "output", r"\>", r"\|"),
    Place(_VIM, r"[{}]\)\@<=\s*\zs\<\%(", "bare", r"\)", r"\|"),
    Place(_VIM, r"\@<=\<", "from", r"\>", r"\|"),
    Place(_VIM, r"\ze[ \t]\+\%(\%(", "between", r"\)\>", r"\|"),
    Place("tree-sitter/grammar.js", 'const SOFT = ["', "soft", '"]', '", "'),
    Place("tree-sitter/src/scanner.c", 'BEGINS[] = {"', "begins", '"}', '", "'),
    Place("tree-sitter/grammar.js", 'constant: () => choice("', "values", '")', '", "'),
    *(Place(_QUERIES, f'; {each}\n["', each, '"]', '" "') for each in _WRITTEN if each != "values"),
    Place(_QUERIES, '#any-of? @function.builtin "', "builtins", '"))', '" "'),
    Place(_QUERIES, '#any-of? @module "', "namespaces", '"))', '" "'),
    *(
        Place("emacs/dslc-mode.el", f'({each} "', each, '")', '" "')
        for each in (*_WRITTEN, *_NAMES, "between")
    ),
    Place("vim/ftdetect/dslc.vim", r"'^\%(\%(", "items", r"\)", r"\|"),
    Place("nvim/ftdetect/kdl.lua", r"[[\v^(%(", "items", ")"),
)


COPIES = {
    "nvim/queries/dslc/highlights.scm": (_QUERIES, {}),
    "nvim/queries/dslc/folds.scm": ("tree-sitter/queries/folds.scm", {}),
    "helix/queries/dslc/highlights.scm": (
        _QUERIES,
        {"@number": "@constant.numeric", "@module": "@namespace", "@property": "@variable.other.member"},
    ),
    "zed/languages/dslc/highlights.scm": (_QUERIES, {}),
}
"""Files that are those of another folder, but for names that an editor calls otherwise."""


def with_words(text: str, place: Place) -> str:
    """The text of a file with the list that stands at a place; it is a mistake of ours when there is none."""
    parts = text.split(place.before)
    if len(parts) == 1:
        raise SystemExit(f"{place.file} has no {place.before!r} for the words of {place.purpose!r}")
    words = place.joint.join(PURPOSES[place.purpose])
    made = [parts[0]]
    for part in parts[1:]:
        if place.after not in part:
            raise SystemExit(f"{place.file}: {place.before!r} is not followed by {place.after!r}")
        made.append(words + part[part.index(place.after) :])
    return place.before.join(made)


def generate() -> dict[str, str]:
    """All files that have words in them, as they should be."""
    made = {"dslc.schema.json": dumps(schema(), indent=2) + "\n"}
    for place in PLACES:
        text = made.get(place.file) or (HERE / place.file).read_text("utf-8")
        made[place.file] = with_words(text, place)
    for file, (origin, names) in COPIES.items():
        text = made.get(origin) or (HERE / origin).read_text("utf-8")
        for ours, theirs in names.items():
            text = text.replace(ours, theirs)
        made[file] = text
    made["sublime/dslc.sublime-syntax"] = sublime_syntax(made[_TEXTMATE])
    return made


def current(file: str) -> str:
    """A file as it is."""
    path = HERE / file
    return path.read_text("utf-8") if path.exists() else ""


def main() -> int:
    """Write the files, or only say which are not current."""
    stale = {file: text for file, text in generate().items() if current(file) != text}
    for file, text in stale.items():
        print(f"editors/{file}: {'not current' if '--check' in sys.argv else 'written'}")
        if "--check" not in sys.argv:
            (HERE / file).parent.mkdir(parents=True, exist_ok=True)
            (HERE / file).write_text(text, "utf-8", newline="\n")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    raise SystemExit(main())
