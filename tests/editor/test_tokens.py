"""Colours: every token of every sample has one, none overlap, half a text has them too."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from dslc.editor.naming import names
from dslc.editor.tokens import change, tokens
from tests.conftest import SAMPLES
from tests.editor.conftest import Given, project

Document = Callable[..., Given]


def test_what_tokens_are(document: Document) -> None:
    analysis, _ = document(
        "K = 3  # many\nextern Mine(k) from pack.layers\nmodel M(n = K) {\n    input a: (T?, 4) float32\n"
        '    a = a -> Dense(units=n, name=f"d_{n:02d}") -> ops.mean(_, axis=-1)\n    output a.shape[-1] * a\n}\n'
    )
    found = [
        (analysis.source.text[each.start : each.end], " ".join((each.type, *each.modifiers)))
        for each in tokens(analysis, names(analysis))
        if each.type != "punctuation"
    ]
    assert found == [
        ("K", "variable declaration readonly"), ("=", "operator"), ("3", "number"), ("# many", "comment"),
        ("extern", "keyword"), ("Mine", "class declaration"), ("k", "parameter declaration"), ("from", "keyword"),
        ("pack", "namespace"), ("layers", "namespace"),
        ("model", "keyword"), ("M", "class declaration"), ("n", "parameter declaration"), ("=", "operator"),
        ("K", "variable readonly"), ("input", "keyword"), ("a", "variable declaration"),
        ("T", "typeParameter declaration readonly"), ("?", "operator"), ("4", "number"),
        ("float32", "type defaultLibrary"), ("a", "variable modification"), ("=", "operator"), ("a", "variable"),
        ("->", "operator"), ("Dense", "class defaultLibrary"), ("units", "parameter defaultLibrary"),
        ("=", "operator"), ("n", "parameter"), ("name", "parameter defaultLibrary"), ("=", "operator"),
        ('f"d_{', "string"), ("n", "parameter"), (':02d}"', "string"), ("->", "operator"),
        ("ops", "namespace"), ("mean", "function defaultLibrary"), ("_", "variable"),
        ("axis", "parameter defaultLibrary"), ("=", "operator"), ("-", "operator"), ("1", "number"),
        ("output", "keyword"), ("a", "variable"), ("shape", "property defaultLibrary"), ("-", "operator"),
        ("1", "number"), ("*", "operator"), ("a", "variable"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_token_of_a_sample_has_a_colour(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    for end in (len(text), *range(0, len(text), max(1, len(text) // 12))):
        files = project({"m.kdl": text[:end]})
        analysis = files.analysis("m.kdl")
        assert analysis is not None
        found = tokens(analysis, files.names("m.kdl"))
        assert all(one.end <= other.start for one, other in itertools.pairwise(found))
        assert all(each.start < each.end and "\n" not in text[each.start : each.end] for each in found)
        covered = {at for each in found for at in range(each.start, each.end)}
        bare = [at for at in range(end) if at not in covered and not text[at].isspace()]
        assert not (bare if end == len(text) else [at for at in bare if text[at] not in ")]"])
        if end == len(text):
            assert all(
                each.type != "variable"
                or text[each.start : each.end] == "_"
                or files.names("m.kdl").at(each.start)
                for each in found
            )


def test_python_offers_functions_and_classes(document: Document) -> None:
    analysis, _ = document(
        "extern initializer Prior from pack\nextern fn boxes(n) from pack\nextern activation swish from pack\n"
        "model M {\n    input x: (4,)\n    output x -> Dense(3, kernel_initializer=Prior) -> swish -> boxes(2)\n}\n"
    )
    text = analysis.source.text
    found = [(text[each.start : each.end], each.type) for each in tokens(analysis, names(analysis))]
    colours = {word: {kind for each, kind in found if each == word} for word, _ in found}
    assert all(colours[word] == {"keyword"} for word in ("extern", "initializer", "fn", "activation"))
    assert colours["Prior"] == {"class"}
    assert colours["boxes"] == colours["swish"] == {"function"}


def test_what_has_changed() -> None:
    for old, new in (([1, 2, 3], [1, 9, 3]), ([1, 1], [1, 1, 1]), ([], [1]), ([1, 2], []), ([1, 2, 1], [1])):
        found = change(old, new)
        assert found is not None
        assert [*old[: found.start], *found.data, *old[found.start + found.count :]] == new
    assert change([1, 2], [1, 2]) is None
