"""Every form of the diagnostics, on hand-made ones: what the reader sees, character by character."""

from __future__ import annotations

import json

import pytest

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from dslc.diagnostics.render import render
from dslc.record import replace
from dslc.source import Source, Span

MODEL = Source(
    "model.kdl",
    '"""Two branches."""\n' * 11
    + "    a = image -> Conv2D(32, 3)\n"
    + "    b = image -> Conv2D(32, 5)\n"
    + "    output y = [a, b] -> Concatenate -> Flatten\n",
)


def span(source: Source, text: str) -> Span:
    """The first place of `text` in a source."""
    start = source.text.index(text)
    return Span(source, start, start + len(text))


def merge_error() -> Diagnostic:
    return Diagnostic(
        "DSL401",
        "merge-shapes",
        "error",
        "Concatenate needs equal shapes except on axis -1",
        span(MODEL, "Concatenate"),
        "axis 1: 26 and 24, axis 2: 26 and 24",
        (
            Label(span(MODEL, "Conv2D(32, 3)"), "(None, 26, 26, 32)"),
            Label(span(MODEL, "Conv2D(32, 5)"), "(None, 24, 24, 32)"),
        ),
        '`padding="same"` keeps both at 28',
        Fix("unsafe", "add padding", (Edit(span(MODEL, "32, 3"), '32, 3, padding="same"'),)),
    )


def plain(source: Source, text: str, caption: str = "", labels: tuple[Label, ...] = ()) -> Diagnostic:
    return Diagnostic("DSL201", "unknown-name", "warning", "words", span(source, text), caption, labels)


def test_full_is_the_form_of_the_contract() -> None:
    item = merge_error()
    shown = render([replace(item, fix=None)], "full")
    assert shown == """\
error[DSL401]: Concatenate needs equal shapes except on axis -1
  --> model.kdl:14:26
   |
12 |     a = image -> Conv2D(32, 3)
   |                  ------------- (None, 26, 26, 32)
13 |     b = image -> Conv2D(32, 5)
   |                  ------------- (None, 24, 24, 32)
14 |     output y = [a, b] -> Concatenate -> Flatten
   |                          ^^^^^^^^^^^ axis 1: 26 and 24, axis 2: 26 and 24
   = help: `padding="same"` keeps both at 28
   = for more: dslc explain DSL401
"""


def test_full_leaves_out_far_lines_and_shows_one_between() -> None:
    source = Source("m.kdl", "\n".join(f"line {number}" for number in range(1, 13)))
    item = plain(
        source, "line 12", "here", (Label(span(source, "line 8"), "made"), Label(span(source, "line 6"), ""))
    )
    assert render([item], "full") == """\
warning[DSL201]: words
  --> m.kdl:12:1
   |
 6 | line 6
   | ------
 7 | line 7
 8 | line 8
   | ------ made
...
12 | line 12
   | ^^^^^^^ here
   = for more: dslc explain DSL201
"""


def test_full_marks_spans_over_several_lines() -> None:
    source = Source("m.kdl", "a = image\n    -> Conv2D(\n        32)\nb = 1\n")
    item = plain(source, "Conv2D(\n        32)", "too few")
    assert render([item], "full").splitlines()[2:7] == [
        "  |",
        "2 |     -> Conv2D(",
        "  |        ^^^^^^^",
        "3 |         32)",
        "  |         ^^^ too few",
    ]


def test_full_counts_cells_of_tabs_and_wide_letters() -> None:
    source = Source("m.kdl", '\tname = "漢字" -> Foo\n')
    assert render([plain(source, "Foo")], "full").splitlines()[1:5] == [
        " --> m.kdl:1:17",
        "  |",
        '1 |     name = "漢字" -> Foo',
        "  |                      ^^^",
    ]


def test_full_shows_labels_of_other_files() -> None:
    other = Source("blocks.kdl", "block A = Dense(3)\n")
    source = Source("m.kdl", "use A\n")
    item = plain(source, "A", "used here", (Label(span(other, "Dense(3)"), "defined here"),))
    assert render([item], "full").splitlines()[1:9] == [
        " --> m.kdl:1:5",
        "  |",
        "1 | use A",
        "  |     ^ used here",
        " ::: blocks.kdl:1:11",
        "  |",
        "1 | block A = Dense(3)",
        "  |           -------- defined here",
    ]


def test_full_points_past_the_end_and_never_sends_commands_to_the_terminal() -> None:
    source = Source("m.kdl", 'x = "\x1b[2J"\n')
    item = Diagnostic(
        "DSL101", "syntax", "error", "bad \x1b[31m", Span(source, len(source.text), len(source.text))
    )
    shown = render([item, plain(source, '"\x1b[2J"')], "full")
    assert "\x1b" not in shown
    assert "m.kdl:2:1" in shown
    assert r'x = "\x1b[2J"' in shown


def test_color_only_on_request() -> None:
    assert "\x1b[1;31merror[DSL401]\x1b[0m" in render([merge_error()], "full", color=True)
    assert "\x1b" not in render([merge_error()], "full")


def test_concise_is_one_line_each() -> None:
    shown = render([merge_error(), plain(MODEL, "image")], "concise")
    assert shown == (
        "model.kdl:14:26: error[DSL401]: Concatenate needs equal shapes except on axis -1\n"
        "model.kdl:12:9: warning[DSL201]: words\n"
    )


def test_json_has_the_keys_of_the_contract() -> None:
    (item,) = json.loads(render([merge_error()], "json"))
    assert item["related"][0] == {
        "message": "(None, 26, 26, 32)",
        "filename": "model.kdl",
        "location": {"row": 12, "column": 18},
        "end_location": {"row": 12, "column": 31},
    }
    assert item["fix"]["applicability"] == "unsafe"
    assert item["fix"]["edits"][0]["content"] == '32, 3, padding="same"'
    del item["related"], item["fix"]
    assert item == {
        "code": "DSL401",
        "name": "merge-shapes",
        "severity": "error",
        "message": "Concatenate needs equal shapes except on axis -1",
        "filename": "model.kdl",
        "location": {"row": 14, "column": 26},
        "end_location": {"row": 14, "column": 37},
        "help": '`padding="same"` keeps both at 28',
    }
    assert json.loads(render([], "json")) == []


def test_github_escapes_what_its_commands_cannot_hold() -> None:
    source = Source("a,b.kdl", "x\n")
    item = Diagnostic("DSL201", "unknown-name", "error", "100% of\nit", span(source, "x"))
    assert render([item], "github") == (
        "::error file=a%2Cb.kdl,line=1,col=1,endLine=1,endColumn=2,title=dslc DSL201::100%25 of%0Ait\n"
    )


def test_sarif_names_rules_places_and_fixes() -> None:
    log = json.loads(render([merge_error()], "sarif"))
    (run,) = log["runs"]
    (result,) = run["results"]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "DSL401"
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 14, "startColumn": 26, "endLine": 14, "endColumn": 37}
    assert len(result["relatedLocations"]) == 2
    replacement = result["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"]["text"] == '32, 3, padding="same"'


@pytest.mark.parametrize(
    ("name", "location"),
    [
        ("nets/my net.kdl", {"uri": "nets/my%20net.kdl", "uriBaseId": "%SRCROOT%"}),
        ("a:b#.kdl", {"uri": "a%3Ab%23.kdl", "uriBaseId": "%SRCROOT%"}),
        ("/home/me/net.kdl", {"uri": "file:///home/me/net.kdl"}),
        ("C:\\nets\\net.kdl", {"uri": "file:///C:/nets/net.kdl"}),
        ("//server/share/net.kdl", {"uri": "file://server/share/net.kdl"}),
    ],
)
def test_sarif_says_where_paths_count_from(name: str, location: dict[str, str]) -> None:
    log = json.loads(render([plain(Source(name, "a\n"), "a")], "sarif"))
    assert log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == location
