"""The attributes that Keras's own classes have, which a generated class may not give to a layer or parameter.

Read off `keras.Model` and `keras.layers.Layer` (Keras 3.15); a test fails when it is not current.
"""

from __future__ import annotations

from collections.abc import Sequence
from keyword import iskeyword

from dslc.emit import python as py
from dslc.emit.names import Names, parameter_name
from dslc.program import nodes as p

RESERVED = frozenset(
    [
        "activity_regularizer",
        "add_loss",
        "add_metric",
        "add_variable",
        "add_weight",
        "autocast",
        "build",
        "build_from_config",
        "built",
        "call",
        "call_signature_parameters",
        "compile",
        "compile_from_config",
        "compiled",
        "compiled_loss",
        "compiled_metrics",
        "compute_dtype",
        "compute_loss",
        "compute_mask",
        "compute_metrics",
        "compute_output_shape",
        "compute_output_spec",
        "count_params",
        "distribute_reduction_method",
        "distribute_strategy",
        "dtype",
        "dtype_policy",
        "evaluate",
        "export",
        "fit",
        "from_config",
        "get_build_config",
        "get_compile_config",
        "get_config",
        "get_layer",
        "get_metrics_result",
        "get_quantization_layer_structure",
        "get_state_tree",
        "get_weights",
        "input",
        "input_dtype",
        "input_spec",
        "inputs",
        "jit_compile",
        "layers",
        "load_own_variables",
        "load_weights",
        "loss",
        "losses",
        "make_predict_function",
        "make_test_function",
        "make_train_function",
        "metrics",
        "metrics_names",
        "metrics_variables",
        "name",
        "non_trainable_variables",
        "non_trainable_weights",
        "output",
        "outputs",
        "path",
        "predict",
        "predict_function",
        "predict_on_batch",
        "predict_step",
        "quantization_mode",
        "quantize",
        "quantized_build",
        "quantized_call",
        "rematerialized_call",
        "reset_metrics",
        "run_eagerly",
        "save",
        "save_own_variables",
        "save_weights",
        "set_state_tree",
        "set_weights",
        "stateless_call",
        "stateless_compute_loss",
        "steps_per_execution",
        "summary",
        "supports_jit",
        "supports_masking",
        "symbolic_call",
        "test_function",
        "test_on_batch",
        "test_step",
        "to_json",
        "train_function",
        "train_on_batch",
        "train_step",
        "trainable",
        "trainable_variables",
        "trainable_weights",
        "unrolled_steps_per_execution",
        "variable_dtype",
        "variables",
        "weights",
    ]
)

SELF = py.Name("self")


def attribute(name: str) -> py.Expr:
    return py.Attr(SELF, name)


class ClassNames:
    """The attributes of one class: parameters first, then layers; never one that Keras's own classes have."""

    def __init__(self, parameters: Sequence[p.Parameter]) -> None:
        self.names = Names(RESERVED)
        self.parameters: dict[str, str] = {}
        for each in sorted(parameters, key=lambda each: _is_reserved(each.name)):
            self.parameters[each.name] = self._free(each.name)

    def _free(self, name: str) -> str:
        """A parameter keeps its name unless Keras or Python has it."""
        found = parameter_name(name)
        while _is_reserved(found) or found in self.names.used:
            found += "_"
        self.names.reserve(found)
        return found


def _is_reserved(name: str) -> bool:
    return name in RESERVED or iskeyword(name)
