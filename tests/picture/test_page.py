"""The page of a picture is one file that asks nobody for anything, and no name in a source can break out of it."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from dslc import driver
from dslc.picture.draw import draw
from dslc.picture.drawing import Box, Drawing, every
from dslc.picture.fold import folded
from dslc.picture.page import page
from dslc.picture.page.facts import ENOUGH, facts
from dslc.source import Source
from tests.conftest import ROOT, SAMPLES, Finished
from tests.picture.test_picture import FILES, TOWER, drawn, graphs

FOLDER = ROOT / "dslc" / "picture" / "page"
BREAKING = """</script><script>document.title = 'broken'</script><!-- <b>&amp; \u2028 \u2029 \\ ${x} 🧱"""
HOSTILE = (
    f"model M {{\n    input x: (4,)  # {BREAKING}\n"
    f'    output x -> Dense(2, name="<!--<script>&amp;") -> Dense(1)  # {BREAKING}\n}}\n'
)


class Page(HTMLParser):
    """The elements of a page: the text of each script and style, and every attribute."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.titles: list[str] = []
        self._inside: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, *each) for each in attributes]
        if tag in ("script", "style", "title"):
            self._inside.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        if self._inside:
            tag, attributes = self._inside[-1]
            self.raw.append((tag, attributes, data))

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1][0] == tag:
            self._inside.pop()

    def script(self, identity: str | None) -> str:
        """The text of the script of an id (None: the one that has none)."""
        return "".join(text for tag, each, text in self.raw if tag == "script" and each.get("id") == identity)


def told(drawings: list[Drawing], depth: int | None = None) -> Any:
    return json.loads(facts(drawings, depth))


def boxes(model: Any) -> Iterator[Any]:
    def inside(some: Any) -> Iterator[Any]:
        for box in some:
            yield box
            yield from inside(box.get("inside", ()))

    return inside(model["boxes"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_page_is_told_of_every_box_and_arrow(path: Path) -> None:
    for graph in graphs(path):
        drawing = folded(draw(graph, path.name))
        model = told([drawing])["models"][0]
        assert [box["path"] for box in boxes(model)] == [box.path for box in every(drawing.boxes)]
        assert model["arrows"] == [[each.source, each.target, each.shape] for each in drawing.arrows]
        assert model["depth"] == 0 or _there(drawing.boxes, model["depth"]) <= ENOUGH


def _there(some: tuple[Box, ...], depth: int) -> int:
    """How many boxes are there while those in fewer than `depth` others are open."""
    return sum(1 + (_there(box.inside, depth - 1) if depth > 0 else 0) for box in some)


def test_a_box_says_what_it_is_made_with_what_it_costs_and_where_it_stands() -> None:
    text = (
        "block Pair(n) {\n    input x\n    output x -> Dense(n) -> Dense(n, activation='relu')\n}\n"
        "model M {\n    input x: (T?, 4)\n    output y = x -> Pair(4) -> Pair(4) -> Dense(\n        2,\n        trainable=False,\n    )\n}\n"
    )
    found = told([folded(drawn(text))])
    (model,) = found["models"]
    by_path = {box["path"]: box for box in boxes(model)}
    pair, inner, last = by_path["pair"], by_path["pair/dense_1"], by_path["dense"]
    assert (pair["title"], pair["times"], pair["parameters"]) == ("Pair", 2, ["80", 80])
    assert inner["arguments"] == ["4", "activation=relu"] and inner["place"] == ["m.kdl", 3, 3]
    assert last["frozen"] and last["place"] == ["m.kdl", 7, 10] and last["flops"][1] is None
    assert [found["lines"]["m.kdl"][str(row)].strip() for row in (3, 9)] == [
        "output x -> Dense(n) -> Dense(n, activation='relu')",
        "trainable=False,",
    ]
    assert model["parameters"] == ["90", 90] and model["flops"][1] is None and "T" in model["flops"][0]


def test_what_nobody_knows_is_added_to_what_is_known() -> None:
    text = "extern Mine(n) from mine {{ input x: (T?, 4)  output (T, n) }}\nmodel M {{\n    input x: (3, 4)\n    output x -> {} -> Dense(2)\n}}\n"
    known, unknown = (told([drawn(text.format(layer))])["models"][0] for layer in ("Dense(8)", "Mine(8)"))
    assert (known["parameters"], known["flops"]) == (["58", 58], ["288", 288])
    assert (unknown["parameters"], unknown["flops"]) == (["at least 18", 18], ["at least 96", None])


def test_no_text_breaks_out_of_the_page() -> None:
    drawing = drawn(HOSTILE)
    text = page([drawing])
    held = Page(text)
    assert [(tag, each.get("id")) for tag, each, _ in held.raw] == [
        ("title", None),
        ("style", None),
        ("script", "facts"),
        ("script", "elk"),
        ("script", None),
    ]
    assert json.loads(held.script("facts")) == told([drawing])
    assert BREAKING in "".join(told([drawing])["lines"]["m.kdl"].values())
    assert facts([drawing], None).isascii() and not set("<>&") & set(facts([drawing], None))


def test_a_title_is_text() -> None:
    (graph,) = driver.check(Source("m.kdl", "model M {\n    input x: (4,)\n    output x -> ReLU\n}\n")).graphs
    drawing = Drawing("<i>M</i>", "m.kdl", 0, draw(graph, "m.kdl").boxes, ())
    assert "<i>M" not in page([drawing]) and "<title>&lt;i&gt;M&lt;/i&gt;</title>" in page([drawing])


def test_the_page_needs_nothing_else() -> None:
    text = page([drawn(HOSTILE)])
    held = Page(text)
    loading = {"src", "srcset", "href", "action", "data", "poster", "style", "background"}
    assert not [each for each in held.attributes if each[1] in loading or each[1].startswith("on")]
    (style,) = [each for tag, _, each in held.raw if tag == "style"]
    assert "url(" not in style and "@import" not in style
    program = held.script(None)
    assert not re.search(
        r"\b(fetch|XMLHttpRequest|WebSocket|import\s*\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b",
        program,
    )


def test_the_policy_allows_the_scripts_of_the_page_and_nothing_more() -> None:
    text = page([drawn(HOSTILE)])
    held = Page(text)
    (policy,) = [value or "" for tag, name, value in held.attributes if (tag, name) == ("meta", "content")][
        :1
    ]
    allowed = {name: sources for name, *sources in (each.split() for each in policy.split("; "))}
    elk = gzip.decompress(b64decode(held.script("elk")))
    (style,) = [each for tag, _, each in held.raw if tag == "style"]

    def hashed(content: bytes) -> str:
        return f"'sha256-{b64encode(sha256(content).digest()).decode()}'"

    assert allowed == {
        "default-src": ["'none'"],
        "script-src": [hashed(held.script(None).encode()), hashed(elk)],
        "style-src": [hashed(style.encode())],
        "worker-src": ["blob:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    (version,) = re.findall(r"elkjs ([\d.]+)", text)
    assert version == "0.12.1" and len(elk) == 1_631_868 and b"gwtOnLoad" in elk


def test_the_same_model_is_the_same_page() -> None:
    assert page([drawn(HOSTILE)]) == page([drawn(HOSTILE)])


def test_every_module_of_the_page_is_in_it_once() -> None:
    program = Page(page([drawn(HOSTILE)])).script(None)
    names = sorted(path.stem for path in FOLDER.glob("*.js"))
    assert sorted(re.findall(r"^const (\w+)_js = ", program, re.MULTILINE)) == names
    assert not re.search(r"^(import|export)\b", program, re.MULTILINE)


def test_the_command(dslc: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text(TOWER.format(" -> ".join(["Unit(8)"] * 3)))
    assert dslc("graph", "m.kdl", "-o", "m.html").returncode == 0
    written = (tmp_path / "m.html").read_text("utf-8")
    assert dslc("graph", "m.kdl", "--as", "html").stdout == written

    def model(*words: str) -> Any:
        return json.loads(Page(dslc("graph", "m.kdl", "--as", "html", *words).stdout).script("facts"))[
            "models"
        ][0]

    assert model()["depth"] == 1 and [box.get("times") for box in model()["boxes"]] == [None, 3, None]
    assert model("--depth", "0")["depth"] == 0
    assert len(model("--no-fold")["boxes"]) == 5


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_file_is_one_page(path: Path) -> None:
    drawings = [folded(draw(graph, path.name)) for graph in graphs(path)]
    held = Page(page(drawings))
    assert [each["name"] for each in json.loads(held.script("facts"))["models"]] == [
        each.name for each in drawings
    ]
