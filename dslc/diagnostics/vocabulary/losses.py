"""Losses elsewhere by their names, and what each computes, as one number.

FORMS[KINDS["MSELoss"]]        ("ops.mean(ops.square({0} - {1}))",)
"""

from __future__ import annotations

FORMS = {
    "crossentropy": (
        "ops.mean(ops.categorical_crossentropy({1}, {0}, from_logits=True))",
        "ops.mean(ops.sparse_categorical_crossentropy({1}, {0}, from_logits=True))",
        "ops.mean(ops.sparse_categorical_crossentropy({1}[:, 0], {0}, from_logits=True))",
    ),
    "bce": ("ops.mean(ops.binary_crossentropy({1}, {0}))",),
    "logits": ("ops.mean(ops.binary_crossentropy({1}, {0}, from_logits=True))",),
    "mse": ("ops.mean(ops.square({0} - {1}))",),
    "mae": ("ops.mean(ops.abs({0} - {1}))",),
    "huber": ("ops.mean(ops.where(ops.abs({0} - {1}) < 1.0, 0.5 * ops.square({0} - {1}), ops.abs({0} - {1}) - 0.5))",),
    "kl": ("ops.mean(ops.sum({1} * (ops.log({1}) - {0}), axis=-1))",),
}  # fmt: skip
"""Losses of a prediction and what is wanted, as one number; of several the first that takes their shapes."""

KINDS = {
    "cross_entropy": "crossentropy", "CrossEntropyLoss": "crossentropy", "nll_loss": "crossentropy", "NLLLoss": "crossentropy",
    "softmax_cross_entropy": "crossentropy", "softmax_cross_entropy_with_logits": "crossentropy",
    "binary_cross_entropy": "bce", "BCELoss": "bce", "binary_cross_entropy_with_logits": "logits", "BCEWithLogitsLoss": "logits",
    "sigmoid_cross_entropy_with_logits": "logits", "mse_loss": "mse", "MSELoss": "mse", "l1_loss": "mae", "L1Loss": "mae",
    "smooth_l1_loss": "huber", "SmoothL1Loss": "huber", "huber_loss": "huber", "HuberLoss": "huber", "kl_div": "kl", "KLDivLoss": "kl",
}  # fmt: skip
"""The names of losses that are given the prediction first, and then what is wanted, as PyTorch has it."""
