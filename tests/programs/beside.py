"""Statements of generated programs about what goes beside a tensor: constants, masks, states, contracts, frozen layers.

In: the `Body` that is being written.  Out: lines in it; its scope knows afterwards what they have bound. Each function
says whether it has found tensors to work on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.sizes import known, value

if TYPE_CHECKING:
    from tests.programs.bodies import Body


def position(body: Body) -> bool:
    """A learned table of positions, added to a sequence: layers that no input reaches."""
    found = _sequence(body)
    if found is None or not known(body.scope.tensors[found][0]):
        return False
    time, width = body.scope.tensors[found]
    table, made = body.scope.fresh(), body.scope.fresh()
    text = f"{found}.shape[-1]" if not known(width) else str(width)
    start = body.chance.choice((f"ops.arange({time})", f"ops.arange({found}.shape[1])"))
    tail = body.chance.choice(("", "", " -> Dropout(0.1)", f" -> Dense({text})"))
    body.say(f"{table} = {start} -> Embedding({time}, {text}){tail}")
    body.say(f"{made} = {body.scope.use(found)} + {table}")
    body.scope.tensors[made] = (time, width)
    return True


def constant(body: Body) -> bool:
    """A tensor made of constants alone that meets a tensor, without any layer on its way."""
    found = body.pick()
    shape = body.scope.tensors[body.scope.use(found)]
    made = body.scope.fresh()
    text = body.chance.choice(
        (
            "ops.ones((1,))",
            "ops.arange(3, 4)",
            "ops.array([0.5])",
            "ops.full((1,), 2.0)",
            "ops.mean(ops.ones((4,)))",
        )
    )
    if "arange" in text:
        text = f'ops.cast({text}, "float32")'
    body.say(f"{made} = {found} * {text}")
    body.scope.tensors[made] = shape
    return True


def masked(body: Body) -> bool:
    """A sequence whose last layer may skip steps."""
    found = _sequence(body)
    if found is None:
        return False
    time, _ = body.scope.tensors[body.scope.use(found)]
    text, size = body.chains.number()
    made, mask = body.scope.fresh(), body.scope.fresh()
    match body.chance.randrange(5):
        case 4:
            body.say(f"{mask} = {found} -> Masking")
            body.say(
                f"{made} = [{mask}, {found} -> Dense({found}.shape[-1])] -> {body.chance.choice(('Add', 'Concatenate', 'Maximum'))} -> LSTM({text})"
            )
            body.scope.tensors[made] = (size,)
            return True
        case 0:
            body.say(f"{made} = {found} -> Masking -> LSTM({text})")
            body.scope.tensors[made] = (size,)
            return True
        case 1:
            body.say(
                f"{made} = {found} -> Masking(0.5) -> Dropout(0.1) -> Dense({text}) -> GlobalAveragePooling1D"
            )
            body.scope.tensors[made] = (size,)
            return True
        case 2:
            body.say(f"{mask} = ops.any({found} > 0.0, axis=-1)")
            body.say(f"{made} = ({found}, mask={body.scope.use(mask)}) -> GRU({text}, return_sequences=True)")
        case _:
            body.say(f"{mask} = ops.any(ops.not_equal({found}, 0.0), axis=-1)")
            body.say(
                f"{made} = ({found}, mask={body.scope.use(mask)}) -> Bidirectional(LSTM({text}, return_sequences=True))"
            )
            size = value(("*", size, 2), {})
    body.scope.tensors[made] = (time, size)
    return True


def attended(body: Body) -> bool:
    """Attention with what it may be told beside its tensors."""
    found = _sequence(body)
    if found is None:
        return False
    shape = body.scope.tensors[body.scope.use(found)]
    made, mask = body.scope.fresh(), body.scope.fresh()
    text, _ = body.chains.number()
    match body.chance.randrange(5):
        case 0:
            body.say(f"{made} = ({found}, {found}, use_causal_mask=True) -> MultiHeadAttention(2, {text})")
        case 1:
            body.say(f"{mask} = ops.expand_dims(ops.any({found} > 0.0, axis=-1), axis=1)")
            body.say(
                f"{made} = ({found}, {found}, attention_mask={body.scope.use(mask)}) -> MultiHeadAttention(2, {text})"
            )
        case 2:
            body.say(f"{mask} = ops.any({found} > 0.0, axis=-1)")
            body.say(
                f"{made} = ({found}, {found}, key_mask={body.scope.use(mask)}) -> MultiHeadAttention(1, {text}, dropout=0.1)"
            )
        case 3:
            body.say(
                f"{made} = [{found}, {found}] -> {body.chance.choice(('Attention', 'AdditiveAttention', 'Attention(use_scale=True)'))}"
            )
        case _:
            body.say(f"{made} = ({found}, {found}) -> GroupQueryAttention({text}, 4, 2)")
    body.scope.tensors[made] = shape
    return True


def handed_states(body: Body) -> bool:
    """The states of one recurrent layer begin another one."""
    found = _sequence(body)
    if found is None:
        return False
    time, _ = body.scope.tensors[body.scope.use(found)]
    text, size = body.chains.number()
    out, h, c, made = (body.scope.fresh() for _ in range(4))
    double = value(("*", size, 2), {})
    if body.chance.random() < 0.5:
        body.say(f"{out}, {h}, {c} = {found} -> LSTM({text}, return_sequences=True, return_state=True)")
        body.say(f"{made} = ({out}, initial_state=[{h}, {c}]) -> LSTM({text}, return_sequences=True)")
        body.scope.tensors[out] = body.scope.tensors[made] = (time, size)
    else:
        back = body.scope.fresh()
        body.say(
            f"{out}, {h}, {back} = {found} -> Bidirectional(GRU({text}, return_sequences=True, return_state=True))"
        )
        body.say(f"{c} = [{body.scope.use(h)}, {body.scope.use(back)}] -> Concatenate")
        body.say(f"{made} = ({out}, initial_state={body.scope.use(c)}) -> GRU(2 * ({text}))")
        body.scope.tensors[out], body.scope.tensors[made] = (time, double), (double,)
        body.scope.tensors[back], body.scope.tensors[c] = (size,), (double,)
    body.scope.tensors[h] = (size,)
    if "Bidirectional" not in body.lines[-1] and "LSTM" in body.lines[-1]:
        body.scope.tensors[c] = (size,)
    return True


def contract(body: Body) -> bool:
    """A name whose shape is said."""
    found = body.pick()
    text, shape = body.chains.chain(found, body.chance.randrange(1, 3))
    made = body.scope.fresh()
    sizes = ["?" if not known(size) or body.chance.random() < 0.2 else str(size) for size in shape]
    body.say(f"{made}: ({', '.join(sizes)}{',' if len(sizes) == 1 else ''}) = {text}")
    body.scope.tensors[made] = shape
    return True


def frozen(body: Body) -> bool:
    """A layer that training leaves as it is, and one with a name of its own."""
    found = body.pick()
    shape = body.scope.tensors[body.scope.use(found)]
    text, size = body.chains.number()
    made = body.scope.fresh()
    body.say(f"{made} = {found} -> Dense({text}, trainable=False) -> BatchNormalization(trainable=False)")
    body.scope.tensors[made] = (*shape[:-1], size)
    return True


def exact(body: Body) -> bool:
    """Floats that are not of the size that layers compute in."""
    found = body.pick()
    shape = body.scope.tensors[body.scope.use(found)]
    made = body.scope.fresh()
    match body.chance.randrange(3):
        case 0:
            body.say(f'{made} = ops.cast({found}, "float64")')
        case 1:
            body.say(f'{made} = {found} -> LayerNormalization(dtype="float64")')
        case _:
            text, size = body.chains.number()
            body.say(f'{made} = {found} -> Dense({text}, dtype="float64")')
            shape = (*shape[:-1], size)
    body.scope.tensors[made] = shape
    return True


def stateful(body: Body) -> bool:
    """A recurrent layer that goes on where the last batch has ended."""
    found = _sequence(body)
    if found is None or not body.file.batch or not body.file.in_model or body.scope.depth:  # type: ignore[attr-defined]
        return False
    time, _ = body.scope.tensors[body.scope.use(found)]
    text, size = body.chains.number()
    made = body.scope.fresh()
    kind = body.chance.choice(("LSTM", "GRU", "SimpleRNN"))
    body.say(f"{made} = {found} -> {kind}({text}, stateful=True, return_sequences=True)")
    body.scope.tensors[made] = (time, size)
    return True


def _sequence(body: Body) -> str | None:
    names = [name for name, shape in body.scope.tensors.items() if len(shape) == 2]
    return body.chance.choice(names) if names else None


WAYS = (position, constant, masked, attended, handed_states, contract, frozen, exact, stateful)
