"""The vocabulary of this room: what a layer row is, what a made layer is, and how a rule says no.

In: nothing.  Out: the records `Row`, `Parameter`, `Signature` and `Layer`, and the exceptions that rules use for
control flow. They never leave the room: at the doors (`layers.py`) a refusal is data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.keras.types import Effect, Refusal
from dslc.record import record

Kind = Callable[[str, str, Any], "Message | None"]
"""`kind(layer, argument, value)`: the message when Keras would not take the value for the argument."""

Construct = Callable[[str, dict[str, Any]], Any]
"""`rule(layer, arguments)`: checks arguments against each other, returns the layer's plan; may raise `Refused`."""

Call = Callable[["Layer", Any, dict[str, Any], "Effect | None"], Effect]
"""`rule(layer, inputs, call arguments, first call)`: what the call does; may raise `Refused`."""


def no_plan(layer: str, arguments: dict[str, Any]) -> None:
    """The construct rule of layers whose arguments need no reading before the call."""


@record
class Row:
    """All that is known of one Keras layer besides its signature.

    `kinds` says what each argument may be; arguments of a well-known name (`kernel_initializer`, `dtype`, …) need no
    entry. `takes` says what a call is given: "one" tensor, "each" (one tensor or any nest of them, treated
    alike), "stacked" (the same while it is followed; a run, or one that trains, makes one tensor of a nest) or "any" (the rule
    looks for itself). `shape` and `parameters` are the rules in words.
    """

    name: str
    construct: Construct
    call: Call
    description: str
    shape: str
    parameters: str
    example: str
    kinds: Mapping[str, Kind] = {}
    takes: str = "one"


@record
class Parameter:
    """One parameter of a constructor or call. `kind` is "positional", "keyword" or "extra" (through `**kwargs`)."""

    name: str
    default: Any
    required: bool
    kind: str


@record
class Signature:
    """What can be written in the parentheses of a layer and of its call."""

    constructor: tuple[Parameter, ...]
    call: tuple[Parameter, ...]


BUILDS_LAYERS = frozenset({"MultiHeadAttention", "GroupQueryAttention"})
"""The layers that make others when they are built: until then nobody can freeze these."""

HOLDS_LAYERS = BUILDS_LAYERS | {
    "Bidirectional", "TimeDistributed", "SpectralNormalization", "RNN", "StackedRNNCells", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D",
}  # fmt: skip
"""The layers whose weights are those of layers inside. Keras's constructors hand no `trainable` on to them, but for `LSTM` and its like."""


@record
class Layer:
    """A layer with its arguments: all of them, defaults filled in; `given` are those that were written.

    `plan` is what the row's construct rule made of the arguments. `compute` and `variable` are the two dtypes of the
    layer's policy. `partial` layers have an argument whose value nobody knows yet.
    """

    row: Row
    args: Mapping[str, Any]
    given: tuple[str, ...]
    plan: Any = None
    compute: str = "float32"
    variable: str = "float32"
    trainable: bool = True
    partial: bool = False

    @property
    def name(self) -> str:
        """The Keras class name."""
        return self.row.name

    @property
    def trains(self) -> bool:
        """Whether the weights are trained, as far as the layer itself says: `trainable=False` reaches no layer inside."""
        return self.trainable or self.row.name in HOLDS_LAYERS


class Refused(Exception):  # noqa: N818 - it carries an answer, it is no error
    """Raised by a rule when Keras would refuse; carries why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message.text)
        self.refusal = refusal


class Undetermined(Exception):  # noqa: N818 - likewise
    """Raised by a rule that cannot go on without the value of an argument that nobody knows yet."""


def refuse(message: Message, argument: str | None = None, inputs: tuple[int, ...] = ()) -> Refused:
    """The exception that says `message` about an argument or about inputs."""
    return Refused(Refusal(message, argument, inputs))
