"""Look-ups of words and numbers in a vocabulary, and texts that are split into words.

They need their vocabulary in the text, or `adapt` in Python before the model is used. They cost nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.kinds import nested_sizes, not_whole
from dslc.keras.layer import Layer, refuse
from dslc.keras.rules.demands import (
    amount,
    known_shape,
    static,
    truth,
)
from dslc.keras.rules.preprocessing import counted, encoded, sparse_needs_codes, summed_in_graph
from dslc.keras.types import Effect, Refusal, Tensor, Unknown
from dslc.keras.written import written
from dslc.record import record, replace
from dslc.shapes.dim import Dim, Sym, anonymous
from dslc.shapes.shape import Conditional, Shape, agree, show


@record
class Lookup:
    """How a look-up layer answers: its output mode, and the size of its codes (None when nobody knows yet)."""

    mode: str
    depth: Any
    ready: bool

    @property
    def needs_its_words(self) -> bool:
        """Whether not even the shape of an answer can be found by a run before `adapt`: by how often each word is there, or one
        place for each of nobody knows how many."""
        return not self.ready and (self.mode == "tf_idf" or (self.mode != "int" and self.depth is None))


MODES = {"binary": "multi_hot", "tf-idf": "tf_idf"}


def vocabulary(layer: str, arguments: dict[str, Any]) -> Lookup:
    """The construct rule of `StringLookup` and `IntegerLookup`."""
    most = _most(layer, arguments)
    mode = _output_mode(layer, arguments)
    _check_weights(layer, arguments, mode)
    if arguments["salt"] is not None:
        _check_salt(layer, arguments, arguments["salt"])
    _check_tokens(layer, arguments)
    words, weights = static(arguments["vocabulary"]), arguments["idf_weights"]
    told = arguments.get("has_input_vocabulary")
    if mode == "tf_idf" and (words is not None if told is None else truth(told)) and weights is None:
        raise refuse(say_arguments.missing_argument(layer, ("idf_weights",), "idf_weights=[…]"))
    padded = truth(arguments["pad_to_max_tokens"])
    asked = mode != "int" and not padded  # else Keras does not look at it
    size = depth = _stated_size(layer, arguments) if asked else arguments.get("vocabulary_size")
    if words is not None:
        depth = _vocabulary_size(layer, arguments, words, mode, amount(arguments["num_oov_indices"]))
        if mode == "tf_idf" and isinstance(weights, (list, tuple)) and len(weights) != len(words):
            message = say_arguments.conflict(
                layer, f"{len(weights)} `idf_weights`", f"{len(words)} words", "each word has one weight"
            )
            raise refuse(message, "idf_weights")
    if asked and words is not None and isinstance(depth, int) and isinstance(size, int) and size != depth:
        message = say_arguments.conflict(
            layer, f"`vocabulary_size` {size}", f"a vocabulary of {depth}", "they are not the same"
        )
        raise refuse(message, "vocabulary_size")
    return Lookup(mode, most if padded else depth, words is not None)


def _most(layer: str, arguments: dict[str, Any]) -> Any:
    """How many words there may be; refuses what is no such number, and as few places for unknown ones."""
    most, unknowns = arguments["max_tokens"], arguments["num_oov_indices"]
    if isinstance(most, (int, float)) and most <= 1:
        message = say_arguments.out_of_range(layer, "max_tokens", written(most), "above 1, or None")
        raise refuse(message, "max_tokens")
    if truth(arguments["pad_to_max_tokens"]) and most is None:
        message = say_arguments.conflict(
            layer, "`pad_to_max_tokens`", "no `max_tokens`", "there is nothing to pad to"
        )
        raise refuse(message, "pad_to_max_tokens")
    if isinstance(unknowns, (int, float)) and unknowns < 0:
        message = say_arguments.out_of_range(layer, "num_oov_indices", written(unknowns), "from 0 up")
        raise refuse(message, "num_oov_indices")
    return most


def _output_mode(layer: str, arguments: dict[str, Any]) -> str:
    """The mode by its name of today."""
    mode = static(arguments["output_mode"])
    mode = MODES.get(mode, mode) if isinstance(mode, str) else mode
    known_modes = ("int", "one_hot", "multi_hot", "count", "tf_idf")
    if mode not in known_modes:
        message = say_arguments.not_a_choice(layer, "output_mode", written(mode), known_modes)
        raise refuse(message, "output_mode")
    if truth(arguments.get("invert")) and mode != "int":
        message = say_arguments.conflict(
            layer, "`invert`", f'`output_mode="{mode}"`', "looking backwards gives values"
        )
        raise refuse(message, "invert")
    sparse_needs_codes(layer, {**arguments, "output_mode": mode})
    return str(mode)


def _check_weights(layer: str, arguments: dict[str, Any], mode: str) -> None:
    weights = arguments["idf_weights"]
    if weights is not None and mode != "tf_idf":
        message = say_arguments.conflict(
            layer, "`idf_weights`", f'`output_mode="{mode}"`', 'only "tf_idf" uses them'
        )
        raise refuse(message, "idf_weights")
    if weights is not None and not isinstance(weights, Unknown) and not nested_sizes(weights):
        message = say_arguments.wrong_type(layer, "idf_weights", written(weights), "a list of numbers")
        raise refuse(message, "idf_weights")


def _check_tokens(layer: str, arguments: dict[str, Any]) -> None:
    """The words that stand for a gap and for what is not known."""
    kind: type = int if layer == "IntegerLookup" else str
    mask, token = arguments["mask_token"], arguments["oov_token"]
    if not (mask is None or isinstance(mask, (kind, Unknown)) or (kind is int and _whole_numbers(mask))):
        expected = "a whole number or None" if kind is int else "text or None"
        raise refuse(say_arguments.wrong_type(layer, "mask_token", written(mask), expected), "mask_token")
    if truth(arguments.get("invert")) and not isinstance(token, (kind, Unknown)):
        expected = f"{'a whole number' if kind is int else 'text'}, as it is answered"
        raise refuse(say_arguments.wrong_type(layer, "oov_token", written(token), expected), "oov_token")


def _stated_size(layer: str, arguments: dict[str, Any]) -> Any:
    size = arguments.get("vocabulary_size")
    if isinstance(size, int) and size < 0:
        message = say_arguments.out_of_range(layer, "vocabulary_size", written(size), "from 0 up")
        raise refuse(message, "vocabulary_size")
    if size is not None and not isinstance(size, (int, Sym)):
        raise refuse(not_whole(layer, "vocabulary_size", static(size), "a whole number"), "vocabulary_size")
    return size


def _whole_numbers(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and all(isinstance(element, int) for element in value)


def _check_salt(layer: str, arguments: dict[str, Any], salt: Any) -> None:
    if layer == "IntegerLookup" and arguments["oov_method"] != "farmhash":
        raise refuse(
            say_arguments.conflict(layer, "`salt`", '`oov_method="floormod"`', 'only "farmhash" uses it'),
            "salt",
        )
    if not (isinstance(salt, int) or (isinstance(salt, (tuple, list)) and len(salt) == 2)):
        raise refuse(
            say_arguments.wrong_type(layer, "salt", written(salt), "a whole number or 2 of them"), "salt"
        )


def _vocabulary_size(layer: str, arguments: dict[str, Any], words: Any, mode: str, unknowns: Any) -> Any:
    kind: type = int if layer == "IntegerLookup" else str
    expected = "a list of whole numbers" if kind is int else "a list of words"
    if isinstance(words, str):
        raise refuse(
            say_arguments.from_outside(
                layer, "a vocabulary file", "write the words as a list, or adapt the layer in Python"
            ),
            "vocabulary",
        )
    if (
        kind is int
        and isinstance(words, (list, tuple))
        and all(isinstance(word, (int, float)) for word in words)
    ):
        words = [int(word) for word in words]  # Keras cuts fractions off
    if not isinstance(words, (list, tuple)) or not words or not all(isinstance(word, kind) for word in words):
        raise refuse(say_arguments.wrong_type(layer, "vocabulary", written(words), expected), "vocabulary")
    mask = arguments["mask_token"]
    if isinstance(unknowns, float):
        raise refuse(not_whole(layer, "num_oov_indices", unknowns, "a whole number"), "num_oov_indices")
    before = 1 if mask is not None and mode == "int" else 0
    special = [mask] * before + [arguments["oov_token"]] * (unknowns if isinstance(unknowns, int) else 0)
    found = list(words[: len(special)]) == special
    tokens = list(words[len(special) :]) if found else list(words)
    if not tokens:
        message = say_arguments.out_of_range(
            layer, "vocabulary", written(words), "at least one word besides the special ones"
        )
        raise refuse(message, "vocabulary")
    repeated = sorted(str(token) for token, times in Counter(tokens).items() if times > 1)
    if repeated:
        message = say_arguments.out_of_range(
            layer, "vocabulary", written(words), "without repetitions", f"repeated: {repeated[0]}"
        )
        raise refuse(message, "vocabulary")
    if isinstance(mask, (tuple, list)) and kind is int and not _stretches(mask, tokens):
        message = say_arguments.wrong_type(layer, "mask_token", written(mask), "a whole number or None")
        raise refuse(message, "mask_token")
    if mask is not None and mask in tokens:
        message = say_arguments.conflict(
            layer, f"`mask_token={written(mask)}`", "the vocabulary", "it is a word there"
        )
        raise refuse(message, "mask_token")
    if truth(arguments.get("invert")) and arguments["oov_token"] in tokens:
        message = say_arguments.conflict(
            layer, f"`oov_token={written(arguments['oov_token'])}`", "the vocabulary", "it is a word there"
        )
        raise refuse(message, "oov_token")
    total = before + unknowns + len(tokens)
    most = arguments["max_tokens"]
    if isinstance(most, (int, float)) and isinstance(total, int) and total > most:
        message = say_arguments.conflict(
            layer, f"`max_tokens` {most}", f"a vocabulary of {total}", "there are more words"
        )
        raise refuse(message, "max_tokens")
    return total


def _stretches(mask: Any, tokens: list[Any]) -> bool:
    """Whether NumPy can compare a list with the tokens, and finds nothing equal."""
    if len(mask) not in (1, len(tokens)):
        return False
    return not any(
        a == b for a, b in zip(mask * len(tokens) if len(mask) == 1 else mask, tokens, strict=True)
    )


def look_up(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`StringLookup`, `IntegerLookup`: a number for every value, or codes."""
    plan: Lookup = layer.plan
    return _answer(layer, plan, known_shape(x))


def _answer(layer: Layer, plan: Lookup, shape: Shape, warnings: tuple[Refusal, ...] = ()) -> Effect:
    if not plan.ready:
        warnings = (*warnings, Refusal(say.needs_adapt(layer.name), None))
    if plan.mode == "int":
        back = truth(layer.args.get("invert"))
        words = "string" if back and layer.name == "StringLookup" else None
        return Effect(Tensor(shape, "int64", runs_as=words), warnings=warnings)
    depth: Dim = anonymous() if plan.depth is None else plan.depth
    if isinstance(depth, float):
        raise refuse(not_whole(layer.name, "max_tokens", depth, "a whole number"), "max_tokens")
    result = encoded(shape, depth) if plan.mode == "one_hot" else counted(shape, depth)
    codes = Tensor(result, "float32", runs_as=None if plan.mode == "tf_idf" else "int64")
    return Effect(codes, warnings=warnings, graph=summed_in_graph(plan.mode, shape, depth))


def text_arguments(layer: str, arguments: dict[str, Any]) -> Lookup:
    """The construct rule of `TextVectorization`: a look-up of words, with what comes before it."""
    mode = static(arguments["output_mode"])
    mode = MODES.get(mode, mode) if isinstance(mode, str) else mode
    ngrams, length = arguments["ngrams"], arguments["output_sequence_length"]
    whole = isinstance(ngrams, tuple) and all(isinstance(item, int) for item in ngrams)
    if not (ngrams is None or isinstance(ngrams, int) or whole):
        expected = "a whole number, a tuple of them, or None"
        raise refuse(say_arguments.wrong_type(layer, "ngrams", written(ngrams), expected), "ngrams")
    if mode == "int" and not (length is None or isinstance(length, (int, Sym))):
        raise refuse(
            not_whole(layer, "output_sequence_length", length, "a whole number"), "output_sequence_length"
        )
    if mode != "int" and length is not None:
        reason = "only numbers are padded to a length"
        message = say_arguments.conflict(
            layer, "`output_sequence_length`", f"`output_mode={written(mode)}`", reason
        )
        raise refuse(message, "output_sequence_length")
    if truth(arguments["sparse"]) and mode == "one_hot" and static(arguments["split"]) is not None:
        reason = "a run does not know how many words there are to make codes for"
        raise refuse(say_arguments.conflict(layer, "`sparse`", '`output_mode="one_hot"`', reason), "sparse")
    if truth(arguments["ragged"]) and mode != "int":
        message = say_arguments.conflict(
            layer, "`ragged`", f"`output_mode={written(mode)}`", "codes are never ragged"
        )
        raise refuse(message, "ragged")
    inner = {
        **arguments,
        "mask_token": "",
        "oov_token": "[UNK]",
        "num_oov_indices": 1,
        "invert": False,
        "salt": None,
        "output_mode": mode,
    }
    return vocabulary(layer, inner)


def vectorize(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`TextVectorization`: the words of each text as numbers, or one code for each text."""
    plan: Lookup = layer.plan
    shape = known_shape(x)
    if not shape and plan.mode == "int":
        raise refuse(say.wrong_rank(layer.name, "(batch,) or (batch, 1)", "()", 0), inputs=(0,))
    warnings: tuple[Refusal, ...] = ()
    splits = static(layer.args["split"]) is not None
    length = layer.args["output_sequence_length"] if plan.mode == "int" else None
    words = anonymous() if length is None else amount(length)
    if splits and len(shape) > 1 and isinstance(shape[-1], int) and shape[-1] != 1:
        reason = f"texts are split from (batch,) or (batch, 1), the input is {show(shape)}"
        warnings = (Refusal(say.fails_when_run(layer.name, reason), inputs=(0,)),)
        shape = (shape[0], words) if plan.mode == "int" else (shape[0], words, *shape[1:])
        return _answer(layer, plan, shape, warnings)
    if splits and len(shape) > 1 and isinstance(verdict := agree(shape[-1], 1), Conditional):
        warnings = (Refusal(say.equal_only_when(layer.name, verdict.condition, 1), inputs=(0,)),)
    if splits and plan.mode != "int" and len(shape) > 1:  # a graph keeps the axis of 1 that a run takes away
        effect = _answer(layer, plan, (*shape[:-1], words), warnings)
        codes = effect.result.shape
        graph = (*shape, words, codes[-1]) if plan.mode == "one_hot" else (*shape, codes[-1])
        return replace(effect, graph=graph)  # type: ignore[no-any-return]
    elif splits:
        shape = (*(shape[:-1] if len(shape) > 1 else shape), words)
    elif plan.mode == "int":
        kept = length is None and layer.args["ngrams"] is None and len(shape) > 1
        if kept:  # a graph does not know that nothing is split
            effect = _answer(layer, plan, shape, warnings)
            return replace(effect, graph=(*shape[:-1], words))  # type: ignore[no-any-return]
        shape = shape if kept else (*(shape[:-1] if len(shape) > 1 else shape), words)
    elif len(shape) <= 1:
        shape = (*shape, 1)
    return _answer(layer, plan, shape, warnings)
