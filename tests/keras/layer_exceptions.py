"""The deliberate differences between `dslc` and Keras's symbolic calls, each as a predicate.

`docs/keras-exceptions.md` lists the same names with the reason; a test holds the two together.
"""

from __future__ import annotations

from typing import Any

from tests.keras.compare_layers import decided_by_run
from tests.keras.layer_cases import Case, T


def excuse(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> str | None:
    """The name of the exception that a difference falls under, or None."""
    name = next((name for name, applies in EXCEPTIONS.items() if applies(case, ours, keras)), None)
    return name if name in TASTE or decided_by_run(case, ours, keras) else None


def _later_call(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    return ours[0] == "refused" and ours[1] == "second call" and keras[0] == "made"


def _attention_scores(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    wanted = case.layer == "MultiHeadAttention" and dict(case.call).get("return_attention_scores") is True
    if not wanted or ours[0] != "made" or keras[0] != "made" or ours[2] != keras[2]:
        return False
    return bool(ours[1][0] == keras[1][0] and ours[1][1][1] == keras[1][1][1])


def _other_directions(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    given = case.layer == "Bidirectional" and (
        len(case.positional) > 3 or "backward_layer" in dict(case.keywords)
    )
    return given and ours[0] == keras[0] == "made" and ours[2] == keras[2]


def _fails(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    return ours[0] == "refused" and keras[0] == "made"


def _whole_samples(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    of_samples = ("CategoryEncoding", "Hashing", "IntegerLookup", "StringLookup", "TextVectorization")
    return case.layer in of_samples and ours[0] == keras[0] == "made" and ours[2] == keras[2]


def _frames(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    return case.layer == "MelSpectrogram" and ours[0] == keras[0] == "made"


def _list_of_one(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    nested = (
        bool(case.inputs) and isinstance(case.inputs[0], (list, tuple)) and not isinstance(case.inputs[0], T)
    )
    return nested and ours[0] == "refused" and ours[2].startswith(f"`{case.layer}` takes one tensor")


def _layer_for_cell(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    return case.layer == "RNN" and ours[0] == "refused" and "must be a cell" in ours[2]


def _whole_number_weights(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    return ours[0] == "refused" and "takes weights in a float dtype" in ours[2] and keras[0] == "made"


def _elided_axes(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    if case.layer != "EinsumDense" or ours[0] != "made" or keras[0] != "made" or ours[2] != keras[2]:
        return False
    return sorted(map(str, ours[1][0])) == sorted(map(str, keras[1][0]))


def _crossing(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    return case.layer == "HashedCrossing" and ours[0] == "refused" and "has no argument" in ours[2]


def _crop(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    return case.layer == "RandomCrop" and ours[0] == keras[0] == "made"


def _one_for_many(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    merges = (
        "Add",
        "Attention",
        "AdditiveAttention",
        "Average",
        "Maximum",
        "Minimum",
        "Multiply",
        "Subtract",
    )
    return case.layer in merges and ours[0] == keras[0] == "made"


def _single_window(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    return case.layer.startswith("Adaptive") and ours[0] == "refused" and "`output_size`" in ours[2]


EXCEPTIONS = {
    "later-call": _later_call,
    "attention-scores": _attention_scores,
    "unequal-directions": _other_directions,
    "list-for-one-tensor": _list_of_one,
    "layer-for-cell": _layer_for_cell,
    "whole-number-weights": _whole_number_weights,
    "elided-axes": _elided_axes,
    "ignored-argument": _crossing,
    "single-window": _single_window,
    "codes-of-samples": _whole_samples,
    "frames-of-sound": _frames,
    "crop-in-training": _crop,
    "one-for-many": _one_for_many,
    "fails-when-run": _fails,
}
TASTE = (
    "list-for-one-tensor",
    "layer-for-cell",
    "whole-number-weights",
    "ignored-argument",
    "elided-axes",
    "single-window",
)
"""What `dslc` refuses though some of it runs; the others are excused only where a run proves `dslc` right."""
