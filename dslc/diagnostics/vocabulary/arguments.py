"""What arguments are called elsewhere: in Keras 1 and 2, in PyTorch, in `tf.layers`.

In: an argument that a layer does not have.  Out: the names under which Keras 3 may have it; the first that the layer has is meant.

    named("border_mode")     ("padding",)
    named("output_dim")      ("units", "filters")
"""

from __future__ import annotations

from dslc.diagnostics.vocabulary import layers

_NAMES = {
    "W_regularizer": "kernel_regularizer", "b_regularizer": "bias_regularizer", "U_regularizer": "recurrent_regularizer",
    "W_constraint": "kernel_constraint", "b_constraint": "bias_constraint", "U_constraint": "recurrent_constraint",
    "init": "kernel_initializer embeddings_initializer", "inner_init": "recurrent_initializer",
    "weight_init": "kernel_initializer", "bias_init": "bias_initializer", "kernel_init": "kernel_initializer",
    "gamma_init": "gamma_initializer", "beta_init": "beta_initializer", "forget_bias_init": "unit_forget_bias",
    "inner_activation": "recurrent_activation", "border_mode": "padding", "pad": "padding", "subsample": "strides",
    "subsample_length": "strides", "stride": "strides", "nb_filter": "filters", "num_filters": "filters",
    "nb_row": "kernel_size", "nb_col": "kernel_size", "filter_length": "kernel_size",
    "filter_size": "kernel_size", "kernel": "kernel_size pool_size", "ksize": "kernel_size pool_size", "output_dim": "units filters",
    "regularizer": "kernel_regularizer embeddings_regularizer", "constraint": "kernel_constraint embeddings_constraint",
    "initializer": "kernel_initializer embeddings_initializer",
    "step": "strides", "reverse": "go_backwards", "backwards": "go_backwards", "label": "name", "title": "name", "id": "name",
    "units": "filters output_dim", "filters": "units", "nb_units": "units", "output_channels": "filters", "output_size": "units", "kernel_shape": "kernel_size pool_size", "num_output": "units filters", "ks": "kernel_size", "num_hidden": "units", "hidden_dim": "units", "hidden_units": "units", "num_filter": "filters", "act_type": "activation", "dropout_rate": "rate", "num_units": "units", "n_units": "units", "hidden_size": "units", "out_features": "units",
    "out_channels": "filters", "nodes": "units", "features": "units filters output_dim x", "depth": "num_classes", "num_or_size_splits": "indices_or_sections", "num_groups": "groups", "neurons": "units", "p": "rate", "drop": "rate", "drop_rate": "rate",
    "dropout_W": "dropout", "dropout_U": "recurrent_dropout", "dim_ordering": "data_format", "pool_length": "pool_size",
    "atrous_rate": "dilation_rate", "dilation": "dilation_rate", "dilations": "dilation_rate", "sigma": "stddev",
    "steps": "num", "std": "stddev", "eps": "epsilon", "dim": "axis key_dim", "axes": "axis", "dims": "axis axes", "perm": "axes", "limit": "stop", "delta": "step", "keep_dims": "keepdims",
    "keepdim": "keepdims", "alpha": "negative_slope", "slope": "negative_slope", "leak": "negative_slope", "kernel_size": "pool_size",
    "window": "pool_size", "window_shape": "pool_size", "window_size": "pool_size", "mask": "mask_zero", "num_classes": "num_classes units",
    "channels": "filters", "num_channels": "filters", "size": "size units pool_size", "lambda": "l2 l1", "weight_decay": "l2", "bias": "use_bias", "num_embeddings": "input_dim",
    "vocab_size": "input_dim", "embedding_dim": "output_dim", "embed_dim": "output_dim key_dim", "heads": "num_heads",
    "nhead": "num_heads", "n_heads": "num_heads", "n_head": "num_heads", "num_head": "num_heads", "nb_heads": "num_heads", "attention_heads": "num_heads",
    "head_dim": "key_dim", "dim_head": "key_dim", "head_size": "key_dim", "d_head": "key_dim", "size_per_head": "key_dim", "attn_dropout": "dropout", "attention_dropout": "dropout", "dropout_p": "dropout rate",
    "return_seq": "return_sequences", "bidirectional_mode": "merge_mode",
    "act": "activation", "mode": "interpolation merge_mode", "nonlinearity": "activation", "activation_fn": "activation", "scale_factor": "size",
    "negative_slope": "negative_slope alpha", "shape": "target_shape newshape", "repeats": "n", "scale": "size", "causal": "use_causal_mask", "is_causal": "use_causal_mask", "attn_mask": "attention_mask", "key_padding_mask": "key_mask", "num_tokens": "num_tokens max_tokens",
    "input": "x", "input_tensor": "x", "tensor": "x", "tensors": "xs x", "logits": "x", "value": "x", "values": "xs x", "params": "x", "a": "x1 x", "b": "x2", "x": "x1", "y": "x2",
    "multiples": "repeats", "paddings": "pad_width", "clip_value_min": "x_min", "clip_value_max": "x_max",
}  # fmt: skip


OF_OTHERS = frozenset(
    (
        "stride", "kernel", "num_filters", "out_channels", "in_channels", "in_features", "out_features", "num_features",
        "dilation", "padding_mode", "eps", "activation_fn", "nonlinearity", "hidden_size", "hidden_dim", "hidden_units",
        "scale_factor", "kernel_shape", "ks", "act", "nhead", "n_heads", "n_head", "heads", "vocab_size", "embedding_dim",
        "embed_dim", "num_embeddings", "normalized_shape", "neurons", "nodes", "num_groups", "batch_first", "inplace",
        "num_layers", "bidirectional", "d_model", "head_dim", "num_units", "n_units", "num_hidden", "drop_rate", "units", "filters",
        "kernel_size", "window", "window_size", "window_shape", "channels", "num_channels", "slope", "leak", "drop", "d_head", "dim_head",
        "attention_heads", "attn_dropout", "attention_dropout", "dropout_p", "causal", "is_causal", "attn_mask", "key_padding_mask", "keepdim",
    )
)  # fmt: skip
"""What only other libraries, or other layers, call arguments: no Keras has ever taken them there."""


def named(argument: str) -> tuple[str, ...]:
    """What an argument of another library or an older Keras is called now."""
    return tuple(_NAMES.get(argument, "").split())


def goes_without_saying(argument: str) -> bool:
    """Whether an argument of the call of a layer elsewhere says how it trains or where it runs, which Keras knows by itself."""
    return argument in (
        "deterministic",
        "use_running_average",
        "is_training",
        "inference",
        "train",
        "rng",
        "rngs",
        "key",
    )


def known_anyway(argument: str) -> str | None:
    """Why an argument of another library has no counterpart: what it says is known, or is always so."""
    if argument in (
        "in_features",
        "in_channels",
        "input_size",
        "num_features",
        "num_channels",
        "normalized_shape",
        "d_model",
    ):
        return "leave it out: what comes in is known from the arrow"
    if argument in ("reuse", "shared", "share", "tied", "scope", "share_weights"):
        return "a layer that is used again has a line of its own: `shared layer = …`, then `-> layer`"
    if argument in ("output_shape", "out_shape"):
        return "leave it out: Keras finds out itself what comes out, by `strides` and `padding`"
    if argument == "pretrained":
        return (
            "leave it out: a model begins with the weights of ImageNet, unless `weights=None` says otherwise"
        )
    if argument in (
        "fine_tune_at",
        "unfreeze",
        "freeze_layers",
        "trainable_layers",
        "frozen_layers",
        "unfreeze_from",
    ):
        return "leave it out: `trainable=False` freezes all of it, and the Python that imports the model single layers"
    if argument == "mask_value":
        return "the number 0 is masked by `mask_zero=True`; a `Masking` in front has `mask_value`"
    if argument == "weights":
        return (
            "leave it out: weights are loaded in the Python that imports the model, `model.load_weights(…)`"
        )
    if argument in ("frozen", "freeze", "freezed", "fixed"):
        return "a layer that is not trained has `trainable=False`"
    if argument == "batch_first":
        return "leave it out: the batch is always the first axis"
    if argument == "num_layers":
        return "write a layer for each: `LSTM(8, return_sequences=True) -> LSTM(8)`"
    if argument == "bidirectional":
        return "it is a layer around this one: `Bidirectional(…)`"
    if argument in ("start_dim", "end_dim"):
        return "leave it out: the batch is kept, and all other axes become one"
    if argument in (
        "mode",
        "consume_less",
        "time_major",
        "align_corners",
        "recompute_scale_factor",
        "return_indices",
        "ceil_mode",
        "inplace",
        "device",
        "track_running_stats",
        "training",
        "train",
    ):
        return "leave it out: Keras has no such choice"
    if argument in ("deterministic", "use_running_average", "is_training", "inference"):
        return "leave it out: Keras tells each layer itself whether it trains"
    if argument in ("key", "rng", "rngs", "generator"):
        return "leave it out: Keras draws random numbers by itself"
    if layers.set_for_training(argument):
        return f"leave it out: {layers.STAYS}"
    return None


def of_inputs(argument: str) -> bool:
    """Whether an argument told a layer the shape of its input with the batch, which now stands in the `input`."""
    return argument in ("batch_input_shape", "batch_shape")
