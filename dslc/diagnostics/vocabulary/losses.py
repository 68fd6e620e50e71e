"""Losses elsewhere by their names, and what each computes, as one number.

In: the name of a loss and the texts of its two values, in the order of that library.  Out: what says the same here.

    forms("MSELoss")                       ("ops.mean(ops.square({0} - {1}))",)
    as_loss("kl_div", ("y", "t"), {})      ops.mean(ops.sum(t * (ops.log(t) - y), axis=-1))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_FORMS = {
    "crossentropy": (
        "ops.mean(ops.categorical_crossentropy({1}, {0}, from_logits=True))",
        "ops.mean(ops.sparse_categorical_crossentropy({1}, {0}, from_logits=True))",
        "ops.mean(ops.sparse_categorical_crossentropy({1}[:, 0], {0}, from_logits=True))",
    ),
    "sparse": ("ops.mean(ops.sparse_categorical_crossentropy({1}, {0}, from_logits=True))",),
    "bce": ("ops.mean(ops.binary_crossentropy({1}, {0}))",),
    "logits": ("ops.mean(ops.binary_crossentropy({1}, {0}, from_logits=True))",),
    "mse": ("ops.mean(ops.square({0} - {1}))",),
    "mae": ("ops.mean(ops.abs({0} - {1}))",),
    "huber": ("ops.mean(ops.where(ops.abs({0} - {1}) < 1.0, 0.5 * ops.square({0} - {1}), ops.abs({0} - {1}) - 0.5))",),
    "kl": ("ops.mean(ops.sum({1} * (ops.log({1}) - {0}), axis=-1))",),
}  # fmt: skip
"""Losses of a prediction and what is wanted, as one number."""

KINDS = {
    "cross_entropy": "crossentropy", "CrossEntropyLoss": "crossentropy", "nll_loss": "crossentropy", "NLLLoss": "crossentropy",
    "softmax_cross_entropy": "crossentropy", "softmax_cross_entropy_with_logits": "crossentropy",
    "binary_cross_entropy": "bce", "BCELoss": "bce", "binary_cross_entropy_with_logits": "logits", "BCEWithLogitsLoss": "logits",
    "sigmoid_cross_entropy_with_logits": "logits", "sparse_softmax_cross_entropy_with_logits": "sparse", "mse_loss": "mse", "MSELoss": "mse", "l1_loss": "mae", "L1Loss": "mae",
    "smooth_l1_loss": "huber", "SmoothL1Loss": "huber", "huber_loss": "huber", "HuberLoss": "huber", "kl_div": "kl", "KLDivLoss": "kl",
}  # fmt: skip
"""The names of losses that are given the prediction first, and then what is wanted, as PyTorch has it."""

_OF_TENSORFLOW = (
    "sigmoid_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits",
    "sparse_softmax_cross_entropy_with_logits",
)
"""Those that are given what is wanted first."""


def forms(name: str) -> tuple[str, ...]:
    """What a loss computes of the two values that it is given, in their order; of several the first that takes their shapes."""
    found = _FORMS[KINDS[name]]
    return tuple(each.format("{1}", "{0}") for each in found) if name in _OF_TENSORFLOW else found


_PREDICTED = ("logits", "input", "output", "y_pred", "pred", "preds", "prediction", "predictions")
_WANTED = ("labels", "label", "target", "targets", "y_true")
"""What their arguments are called."""


def as_loss(name: str, positional: Sequence[str], keywords: Mapping[str, str]) -> str | None:
    """A call of such a loss, as one number; None for what is none, or is given more than the two values."""
    if name not in KINDS:
        return None
    given = dict(keywords)
    first = next((given.pop(key) for key in _PREDICTED if key in given), None)
    second = next((given.pop(key) for key in _WANTED if key in given), None)
    named = (second, first) if name in _OF_TENSORFLOW else (first, second)
    values = [*positional, *(each for each in named if each is not None)]
    if len(values) != 2 or given or (positional and first is not None):
        return None
    return filled(forms(name)[0], values)


def filled(form: str, values: Sequence[str]) -> str:
    """What a loss computes of these values, in brackets where they stand among operators."""
    loose = " - " in form or " * " in form
    return form.format(*(f"({each})" if loose and not each.isidentifier() else each for each in values))
