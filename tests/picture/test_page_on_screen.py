"""The page in a real browser: nothing overlaps, everything can be reached with the keyboard, and it is quick.

What lies where is read off the elements of the page, by `measure.js`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dslc import driver
from dslc.picture.draw import draw
from dslc.picture.fold import folded
from dslc.picture.page import page
from dslc.source import Source
from tests.conftest import ROOT, SAMPLES
from tests.picture.conftest import Seen
from tests.picture.test_page import BREAKING, HOSTILE
from tests.picture.test_picture import drawn, graphs

pytestmark = pytest.mark.slow

APPLICATIONS = ROOT / "dslc" / "keras" / "applications"
RESNET = APPLICATIONS / "resnet.kdl"
OPEN: list[list[str]] = [["open"]]


def of(path: Path, name: str | None = None) -> str:
    """The page of a file, or of one model of it."""
    drawings = [folded(draw(graph, path.name)) for graph in graphs(path) if name in (None, graph.name)]
    return page(drawings)


def sound(found: Any) -> None:
    """Nothing lies upon anything, nothing is cut off, nothing went wrong."""
    assert found["errors"] == [] and found["asked"] == []
    assert (found["overlapping"], found["outside"], found["cut"], found["crossed"]) == ([], [], [], [])
    assert (found["covered"], found["wide"]) == (
        0,
        0,
    ), "nothing lies upon the picture or goes beyond the window"


def test_resnet_is_taken_in_at_one_look_and_opens_without_overlaps(seen: Seen) -> None:
    html = of(RESNET, "ResNet50")
    first, whole = seen(
        [{"html": html, "screen": "resnet50"}, {"html": html, "steps": OPEN, "screen": "resnet50-open"}]
    )
    assert 15 <= first["boxes"] <= 25
    assert whole["boxes"] > 100 and whole["labels"] > 80
    sound(first)
    sound(whole)


def looked_at(seen: Seen, paths: list[Path]) -> None:
    """All models of files are sound, as they are shown first and with all boxes open."""

    def looks(path: Path) -> list[list[str]]:
        steps: list[list[str]] = []
        for number, _ in enumerate(graphs(path)):
            steps += [["model", str(number)]] if number else []
            steps += [["measure"], ["open"], ["measure"]]
        return steps

    pages = [{"html": of(path), "steps": looks(path), "screen": path.stem} for path in paths]
    for path, found in zip(paths, seen(pages), strict=True):
        assert len(found["measured"]) == 2 * len(graphs(path)) > 0
        for look in found["measured"]:
            wrong = {key: look[key] for key in ("overlapping", "outside", "cut", "crossed") if look[key]}
            assert not wrong, path.name
        sound(found)


def test_no_label_or_box_of_a_sample_overlaps(seen: Seen) -> None:
    looked_at(seen, SAMPLES)


WIDE = """\
block Both(width) {{
    input x
    gate = x -> Dense(2)
    every = [x -> Dense(width) for _ in range(12)]
    output ops.stack([gate, *[each -> Dense(2) for each in every]], axis=1) -> Flatten
}}
model {name} {{
    input tokens: (32,)
    output y = (tokens -> Dense(64)) + (tokens -> Both(8) -> Dense(64))
}}
"""


def test_a_long_name_and_a_wide_picture_begin_where_they_are_seen(seen: Seen, tmp_path: Path) -> None:
    path = tmp_path / "wide.kdl"
    path.write_text(WIDE.format(name="Long" * 60), encoding="utf-8")
    page = {"html": of(path), "steps": [["resize", "700"], *OPEN], "screen": "wide"}
    (found,) = seen([page])
    sound(found)
    assert found["begins"] and found["shown"] < found["boxes"]


def test_what_may_lie_in_any_order_lies_in_that_of_the_text(seen: Seen) -> None:
    names = [f"{letter}_{'long' * (number % 3)}" for number, letter in enumerate("phaqbzxcvnmkjlgfdsre")]
    inputs = "".join(f"    input {name}: (4,)\n    {name} = {name} -> Dense(8)\n" for name in names)
    text = f"model M {{\n{inputs}    all_of_them = [{', '.join(names)}] -> Concatenate\n    output all_of_them -> Dense(1)\n"
    text += f"    output all_of_them -> Dense(2)\n    output [all_of_them, {names[0]}] -> Concatenate -> Dense(3)\n}}\n"
    (found,) = seen([{"html": page([drawn(text)])}])
    assert found["order"][: len(names)] == names
    sound(found)


def test_circles_and_ways_that_cross_are_drawn_without_overlaps(seen: Seen) -> None:
    looked_at(seen, [ROOT / "tests" / "picture" / "odd.kdl"])


@pytest.mark.parametrize("name", ["inception_v3", "densenet", "efficientnet"])
def test_no_label_or_box_of_a_large_model_overlaps(name: str, seen: Seen) -> None:
    path = APPLICATIONS / f"{name}.kdl"
    (found,) = seen([{"html": of(path, graphs(path)[0].name), "steps": OPEN}])
    assert found["boxes"] > 300
    sound(found)


TOWER = "model Deep {{\n    input x: (64,)\n    y = x -> Dense(64)\n{0}    output z = y\n}}\n"


@pytest.mark.parametrize(
    "line",
    ["    y = y -> Dense({0})\n", "    y = y + (y -> Dense(64) -> ReLU -> Dense(64))\n"],
    ids=["a chain", "skips"],
)
def test_a_thousand_layers_are_laid_out(line: str, seen: Seen) -> None:
    """Some hundred milliseconds on a machine that does nothing else; the bound is one for busy machines."""
    count = 1000 if "{0}" in line else 250
    text = TOWER.format("".join(line.format(32 + number) for number in range(count)))
    (graph,) = driver.check(Source("deep.kdl", text)).graphs
    (found,) = seen([{"html": page([draw(graph, "deep.kdl")])}])
    assert found["boxes"] >= 1000 and found["lines"] >= 1000
    assert found["layouts"][0] < 20_000, found["layouts"]
    sound(found)


def test_the_keyboard_opens_finds_magnifies_and_leaves(seen: Seen) -> None:
    steps = [
        ["tell"],
        ["press", "/"],
        ["type", "bottleneck_3 conv2d"],
        ["tell"],
        ["pressAndWait", "Enter"],  # opens what is around the first one, and goes there
        ["tell"],
        ["press", "ArrowLeft"],
        ["tell"],
        ["pressAndWait", "Enter"],
        ["tell"],
        ["pressAndWait", "Enter"],
        ["press", "ArrowDown"],
        ["tell"],
        ["press", "Escape"],
        ["press", "+"],
        ["tell"],
        ["press", "0"],
        ["tell"],
    ]
    (found,) = seen([{"html": of(RESNET, "ResNet50"), "steps": steps}])
    start, typed, there, around, closed, inside, escaped, fitted = found["said"]
    assert "ResNet50" in start["title"] and "25,636,712" in start["header"] and start["focus"] != "search"
    assert (
        typed["focus"] == "search"
        and typed["found"]
        and all("bottleneck_3/" in each for each in typed["found"])
    )
    assert there["focus"].startswith("trunk/bottleneck_3/") and there["focus"] in there["paths"]
    assert there["card"].startswith("Conv2D") and "resnet.kdl:" in there["card"]
    assert there["focus"].startswith(around["focus"] + "/") and around["expanded"] == "true"
    assert closed["focus"] == around["focus"] and closed["expanded"] == "false"
    assert len(closed["paths"]) < len(around["paths"])
    assert inside["focus"].startswith(around["focus"] + "/") and inside["expanded"] is None
    assert (
        escaped["card"] == "" and escaped["scale"] != inside["scale"] and fitted["scale"] != escaped["scale"]
    )
    assert found["errors"] == [] and found["asked"] == []


def test_tab_reaches_the_tools_and_every_box(seen: Seen) -> None:
    text = "model M {\n    input x: (4,)\n    output y = x -> Dense(2)\n}\n"
    steps = [step for _ in range(14) for step in (["press", "Tab"], ["tell"])]
    (found,) = seen([{"html": page([drawn(text)]), "steps": steps}])
    reached = [each["focus"] for each in found["said"]]
    wanted = ["search", "larger", "theme", "x", "dense", "y"]
    assert [each for each in reached if each in wanted][: len(wanted)] == wanted


def test_a_card_says_where_a_box_comes_from(seen: Seen) -> None:
    html = of(ROOT / "samples" / "unet.kdl")
    steps = [["hover", "double_conv"], ["tell"]]
    (found,) = seen([{"html": html, "steps": steps}])
    (said,) = found["said"]
    for each in (
        "DoubleConv(16)",
        "unet.kdl:",
        "x = x -> DoubleConv(width)",
        "2,768",
        "H × W × 16",
        "2 layers",
    ):
        assert each in said["card"], said["card"]


def test_colours_follow_the_cost(seen: Seen) -> None:
    html = of(ROOT / "samples" / "multimodal.kdl")
    steps = [
        ["tell"],
        ["click", "#cost span >> text=FLOPs"],
        ["tell"],
        ["click", "#cost span >> text=none"],
        ["tell"],
    ]
    (found,) = seen([{"html": html, "steps": steps}])
    parameters, flops, none = ([float(each) for each in said["warm"]] for said in found["said"])
    assert max(parameters) > 0.5 and parameters != flops and max(flops) > 0.5 and set(none) == {0}


def test_costs_without_a_number_are_compared_at_a_size_that_is_told(seen: Seen) -> None:
    text = "extern Mine(n) from mine {{ input x: (T?, 4)  output (T, n) }}\nmodel M {{\n    input x: (T?, 4)\n    output x -> {}\n}}\n"
    steps = [["tell"], ["click", "#cost span >> text=FLOPs"], ["tell"], ["hover", "dense"], ["tell"]]
    pages = [page([drawn(text.format(chain))]) for chain in ("Dense(8) -> Dense(2)", "Mine(8) -> Dense(2)")]
    found, unknown = seen([{"html": html, "steps": steps} for html in pages])
    by_parameters, by_flops, card = found["said"]
    assert by_parameters["legend"].startswith("share of the parameters\n")
    assert by_flops["legend"].startswith("share of the FLOPs where sizes without a number are 224\n")
    assert max(map(float, by_flops["warm"])) > 0.5
    assert "64 * T · about 67 % of the model's" in card["card"], card["card"]
    assert unknown["said"][1]["legend"] == "nobody knows the FLOPs of every part"


def test_light_and_dark_follow_the_system_and_the_switch(seen: Seen) -> None:
    html = of(ROOT / "samples" / "digits.kdl")
    steps = [["tell"], ["click", "#theme"], ["tell"]]
    by_day, by_night = seen([{"html": html, "steps": steps}, {"html": html, "steps": steps, "dark": True}])
    assert by_day["said"][0]["paper"] == by_night["said"][1]["paper"]
    assert by_day["said"][1]["paper"] == by_night["said"][0]["paper"] != by_day["said"][0]["paper"]
    sound(by_night)


def test_several_models_are_chosen_between(seen: Seen) -> None:
    html = of(ROOT / "samples" / "vae.kdl")
    (found,) = seen([{"html": html, "steps": [["tell"], ["model", "2"], ["tell"]]}])
    first, last = found["said"]
    assert "Encoder" in first["title"] and "VAE" in last["title"] and "33,233" in last["header"]
    sound(found)


def test_text_of_a_source_is_shown_as_text(seen: Seen) -> None:
    html = page([drawn(HOSTILE)])
    steps = [["tell"], ["hover", "<!--<script>&amp;"], ["tell"], ["press", "/"], ["type", "<!--"], ["tell"]]
    (found,) = seen([{"html": html, "steps": steps}])
    start, over, typed = found["said"]
    assert start["title"] == "M · m.kdl" and start["scripts"] == 3
    assert BREAKING in over["card"] and over["cardHolds"] == 0
    assert any("<!--<script>&amp;" in each for each in typed["found"])
    sound(found)


def test_where_no_worker_may_be_made_the_page_lays_out_by_itself(seen: Seen) -> None:
    html = of(ROOT / "samples" / "inception.kdl")
    (found,) = seen([{"html": html.replace("worker-src blob:", "worker-src 'none'"), "steps": OPEN}])
    assert found["boxes"] == 23 and found["overlapping"] == []
    assert all("worker" in each.lower() for each in found["errors"])  # what the browser says of the refusal


def test_the_picture_stays_in_the_middle_of_a_window_that_changes(seen: Seen) -> None:
    html = of(ROOT / "samples" / "digits.kdl")
    resized: list[list[str]] = [
        ["resize", "500"],
        ["pause"],
        ["measure"],
        ["press", "0"],
        ["resize", "900"],
        ["pause"],
    ]
    (found,) = seen([{"html": html, "steps": resized}])
    assert found["measured"][0]["boxes"] == found["boxes"] == found["shown"] == 8


def test_a_printed_page_holds_the_picture(seen: Seen, tmp_path: Path) -> None:
    paper = tmp_path / "m.pdf"
    (found,) = seen([{"html": of(RESNET, "ResNet50"), "paper": str(paper)}])
    assert paper.stat().st_size > 10_000
    sound(found)


@pytest.mark.parametrize("sample", ["transformer", "multimodal"])
def test_a_saved_picture_is_complete_and_that_of_the_docs_is_current(
    seen: Seen, tmp_path: Path, request: pytest.FixtureRequest, sample: str
) -> None:
    """Only words are compared: sizes follow the fonts of a machine."""
    kept = ROOT / "docs" / "pictures" / f"{sample}.svg"
    file = kept if request.config.option.update else tmp_path / f"{sample}.svg"
    (found,) = seen(
        [{"html": of(ROOT / "samples" / f"{sample}.kdl"), "steps": [["tell"], ["save", str(file)]]}]
    )
    (said,) = found["said"]

    def words(path: Path) -> list[str]:
        root = ElementTree.parse(path).getroot()
        return ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]

    assert words(file) == said["texts"]
    assert words(kept) == said["texts"], "run: pytest tests/picture/test_page_on_screen.py --update"
    text = file.read_text("utf-8")
    assert not re.search(r"\b(class|style|var|color-mix)\b", text) and 'fill="#' in text
