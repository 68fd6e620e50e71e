"""Statements of generated programs that bring an item of their own: models and blocks that are handed layers, backbones, taps.

In: a body.  Out: lines of text in it, and items of its file; False, and nothing, where its tensors do not suit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.sizes import known, value

if TYPE_CHECKING:
    from tests.programs.bodies import Body


def optional_layer(body: Body) -> bool:
    """A block with a layer that may be left out, and one that takes its arguments where it is used."""
    chance = body.chance
    name = _item(
        body,
        "Optional",
        "block {}(n, act: layer = None, norm: layer = LayerNormalization) {{",
        "    input x",
        f"    x = x -> Dense(n) -> norm(epsilon=1e-3{chance.choice(('', ', trainable=False'))})",
        chance.choice(
            (
                "    if act is not None { x = x -> act }",
                "    x = x -> act if act is not None else _ -> Dropout(0.1)",
            )
        ),
        f"    output x{chance.choice(('', ' -> norm', ' -> norm(epsilon=1e-4)'))}",
    )
    found = body.pick()
    text, size = body.chains.number()
    arguments = [text]
    if chance.random() < 0.6:
        arguments.append("act=" + chance.choice(("ReLU", "LeakyReLU(0.1)", "None", *body.scope.layers)))
        body.scope.use(arguments[-1].removeprefix("act="))
    if chance.random() < 0.5:
        norm = "BatchNormalization"
        if chance.random() < 0.4:
            norm = _item(body, "OwnNorm", "block {}(epsilon = 0.1) = LayerNormalization(epsilon=epsilon)")
        arguments.append(f"norm={norm}")
    _bind(body, f"{body.scope.use(found)} -> {name}({', '.join(arguments)})", found, size)
    return True


def entries(body: Body) -> bool:
    """Dictionaries: arguments of a block, sizes by name, and a loop through them."""
    chance = body.chance
    found = body.pick()
    body.scope.use(found)
    match chance.randrange(3):
        case 0:
            name = _item(
                body,
                "Sized",
                "block {}(units, rate = 0.1) = Dense(units) -> Dropout(rate)",
            )
            options = chance.choice(
                (
                    '{"units": 3}',
                    '{"rate": 0.2, "units": 5}',
                    '{**{"rate": 0.3}, "units": 4}',
                    '{"trainable": False, "units": 6}',
                )
            )
            local = body.scope.fresh()
            if local.isascii() and chance.random() < 0.6 and _in_model(body):
                options = options.replace("{", f'{{"name": "{local}_part", ', 1)
            size = int(options.rsplit(": ", 1)[1].removesuffix("}"))
            _bind(body, f"{found} -> {name}(**{options})", found, size)
        case 1:
            name = _item(body, "SIZES", '{} = {{"small": 2, "large": 6}}')
            _bind(body, f'{found} -> Dense({name}["small"]) -> Dense(max(values({name})))', found, 6)
        case _:
            name = _item(
                body,
                "STAGES",
                '{} = {{"first": {{"units": 3}}, "second": {{"units": 4, "use_bias": False}}}}',
            )
            made = body.scope.fresh()
            key, options = body.scope.fresh(), body.scope.fresh()
            body.say(f"{made} = {found}")
            goes = chance.choice(
                (f"items({name})", f"reversed(list(items({name})))", f"zip(keys({name}), values({name}))")
            )
            body.say(f"for {key}, {options} in {goes} {{ {made} = {made} -> Dense(**{options}) }}")
            body.scope.tensors[made] = (*body.scope.tensors[found][:-1], 3 if "reversed" in goes else 4)
    return True


def uneven(body: Body) -> bool:
    """A `zip` whose parts are not of one length, forwards and backwards."""
    found = body.pick()
    shape = body.scope.tensors[body.scope.use(found)]
    made, tensors, n, t = (body.scope.fresh() for _ in range(4))
    goes = f"zip([3, 4, 5], {tensors})"
    if body.chance.random() < 0.5:
        goes = f"reversed({goes})"
    body.say(f"{tensors} = [{found} -> Dense(2), {found} / 2.0]")
    body.say(f"{made} = {found}")
    body.say(f"for {n}, {t} in {goes} {{ {made} = [{made}, {t} -> Dense({n})] -> Concatenate }}")
    body.scope.tensors[made] = (*shape[:-1], value(("+", shape[-1], 7), {}))
    return True


def asserted_size(body: Body) -> bool:
    """A condition on a size that only a run knows."""
    names = [
        (name, axis)
        for name, shape in body.scope.tensors.items()
        for axis, size in enumerate(shape)
        if isinstance(size, tuple) and size[0] == "?" and not body.scope.depth
    ]
    if not names:
        return False
    name, axis = body.chance.choice(names)
    size = f"{body.scope.use(name)}.shape[{axis + 1}]"
    test = body.chance.choice((f"{size} != 97", f"{size} < 1000 and {size} % 89 != 0"))
    body.say(f"assert {test}" + body.chance.choice(("", ', "another size"')))
    return True


def handed(body: Body) -> bool:
    """A model that is handed a layer, a shared one, or none."""
    found = _of_known_sizes(body)
    if found is None:
        return False
    chance = body.chance
    name = _item(
        body,
        "Handed",
        "model {}(part: layer = Dense(4), size = 3) {{",
        f"    input x: {_shape(body, found)}",
        f"    y = x -> part -> {chance.choice(('ReLU', 'Dense(2)', '_ * 2.0'))}",
        "    output y -> Dense(size)",
        *(["    output y -> Dense(5)"] if chance.random() < 0.3 else []),
    )
    given = chance.choice(("", "size=6", "Dense(5) -> ReLU", "shared", "shared", "shared, 6"))
    if given.startswith("shared"):
        local = body.scope.fresh()
        body.say(f"shared {local} = {chance.choice(('Dense(4)', 'Dense(4) -> Dropout(0.1)'))}")
        given = given.replace("shared", local)
    if "output y -> Dense(5)" in body.file.items[-1]:  # type: ignore[attr-defined]
        made, other = body.scope.fresh(), chance.choice((body.scope.fresh(), "_"))
        body.say(f"{made}, {other} = {body.scope.use(found)} -> {name}({given})")
        body.scope.tensors[made] = (*body.scope.tensors[found][:-1], 6 if "6" in given else 3)
        if other != "_":
            body.scope.tensors[other] = (*body.scope.tensors[found][:-1], 5)
    else:
        _bind(body, f"{body.scope.use(found)} -> {name}({given})", found, 6 if "6" in given else 3)
    return True


def tapped(body: Body) -> bool:
    """A look into a model of one's own, by the names of its layers."""
    found = _of_known_sizes(body)
    if found is None:
        return False
    layer = "Dense"
    if body.chance.random() < 0.4:  # a block with a name is a layer of its model, too
        layer = _item(body, "Named", "block {}(units) = Dense(units) -> ReLU")
    name = _item(
        body,
        "Tapped",
        "model {} {{",
        f"    input x: {_shape(body, found)}",
        f'    output x -> {layer}(4, name="low") -> ReLU -> {layer}(3, name="high") -> Dense(2)',
        "}",
    )
    inner, low, high = (body.scope.fresh() for _ in range(3))
    shape = body.scope.tensors[found][:-1]
    body.say(f"shared {inner} = {name}")
    if body.chance.random() < 0.3:
        body.say(f'{low} = ({body.scope.use(found)} -> taps({inner}, ["low"]))[0]')
        body.scope.tensors[low] = (*shape, 4)
        return True
    body.say(f'{low}, {high} = {body.scope.use(found)} -> taps({inner}, ["low", "high"])')
    body.scope.tensors[low], body.scope.tensors[high] = (*shape, 4), (*shape, 3)
    return True


def penalised(body: Body) -> bool:
    """A block that adds to the loss of the model."""
    name = _item(
        body,
        "Penalised",
        "block {}(n, rate = 0.01) {{",
        "    input x",
        "    y = x -> Dense(n)",
        f"    loss rate * {body.chance.choice(('ops.mean(ops.square(y))', 'ops.sum(ops.abs(y))'))}",
        "    output y",
    )
    found, (text, size) = body.pick(), body.chains.number()
    _bind(body, f"{body.scope.use(found)} -> {name}({text})", found, size)
    return True


def tabled(body: Body) -> bool:
    """Numbers that a fn puts into a table, for a weight or a tensor of a block."""
    table = _item(body, "table_", "fn {}(n) = [(i * 3 + 1) % n for i in range(n)]")
    looked = body.chance.choice(
        (f"ops.take(w, {table}(n), axis=0)", f'ops.cast(ops.array({table}(n)), "float32")')
    )
    name = _item(
        body,
        "TableOf",
        "block {}(n) {{",
        "    input x",
        '    weight w: (n,) = "ones"',
        f"    output (x -> Dense(n)) * w + {looked}",
    )
    found, (text, size) = body.pick(), body.chains.number()
    _bind(body, f"{body.scope.use(found)} -> {name}({text})", found, size)
    return True


def acting(body: Body) -> bool:
    """Activations as values: of parameters, and in tuples and dictionaries."""
    chance = body.chance
    name = _item(
        body,
        "Acting",
        "block {}(n, first = activations.relu, more = (activations.tanh,)) {{",
        "    input x",
        "    y = x -> Dense(n, activation=first)",
        "    for each in more { y = y -> Dense(n, activation=each) }",
        "    output y",
    )
    found, (text, size) = body.pick(), body.chains.number()
    given = chance.choice(
        ("", ", activations.gelu", ", more=[activations.elu, activations.selu]", ", FUNCTIONS")
    )
    if given == ", FUNCTIONS":
        functions = _item(body, "FUNCTIONS", '{} = {{"a": activations.silu, "b": activations.softplus}}')
        given = f', {functions}["{chance.choice("ab")}"]'
    _bind(body, f"{body.scope.use(found)} -> {name}({text}{given})", found, size)
    return True


def backbone(body: Body) -> bool:
    """A small model of `keras.applications`, whole or looked into."""
    names = [name for name, shape in body.scope.tensors.items() if shape == (8, 8, 3)]
    if not names or not _in_model(body) or any("applications." in line for line in body.lines):
        return False
    chance = body.chance
    found = body.scope.use(chance.choice(names))
    frozen = ", trainable=False" if chance.random() < 0.5 else ""
    start = (
        f"applications.MobileNet(input_shape=(32, 32, 3), alpha=0.25, include_top=False, weights=None{frozen}"
    )
    made, image = body.scope.fresh(), body.scope.fresh()
    body.say(f"{image} = {found} -> UpSampling2D(4)")
    body.scope.use(image)
    if chance.random() < 0.5:
        body.say(f'{made} = {image} -> {start}, pooling="avg")')
        body.scope.tensors[made] = (256,)
    else:
        base, low = body.scope.fresh(), body.scope.fresh()
        body.say(f"shared {base} = {start})")
        body.say(f'{low}, {made} = {image} -> taps({base}, ["conv_pw_3_relu", "conv_pw_5_relu"])')
        body.scope.tensors[low], body.scope.tensors[made] = (8, 8, 32), (4, 4, 64)
    return True


EXTERNS = {
    "bent": "extern activation bent from ours",
    "Bent": "extern activation Bent(by = 0.2) from ours",
    "Linear": "extern initializer Linear(scale = 0.1) from ours",
    "Sums": "extern regularizer Sums from ours",
    "Most": "extern constraint Most(most = 1.0) from ours",
    "turned": "extern fn turned(by = 1) from ours {\n    input x\n    output x\n}",
    "Wide1": "extern Wide1(units) from ours {\n    input x: (C?,)\n    output (units,)\n}",
    "Wide2": "extern Wide2(units) from ours {\n    input x: (T?, C?)\n    output (T, units)\n}",
    "Wide3": "extern Wide3(units) from ours {\n    input x: (H?, W?, C?)\n    output (H, W, units)\n}",
}
"""What stands in `outside/ours.py`, by name."""


def outside(body: Body) -> bool:
    """Something of somebody else's: an activation, an initializer, a function, a layer …"""
    found = body.pick()
    shape = body.scope.tensors[body.scope.use(found)]
    name = body.chance.choice(("bent", "Bent", "Linear", "Sums", "Most", "turned", f"Wide{len(shape)}"))
    if EXTERNS[name] not in body.file.items:  # type: ignore[attr-defined]
        body.file.items.insert(0, EXTERNS[name])  # type: ignore[attr-defined]
    text, size = body.chains.number()
    match name:
        case "turned":
            text, size = f"turned{body.chance.choice(('', '()', '(2)', '(by=3)'))}", shape[-1]
        case "bent" if body.chance.random() < 0.5:
            text, size = "bent", shape[-1]
        case "bent":
            text = f"Dense({text}, activation=bent)"
        case "Bent":
            text = f"Dense({text}, activation=Bent({body.chance.choice(('', '0.3', 'by=0.1'))}))"
        case "Sums":
            text = f"Dense({text}, kernel_regularizer=Sums{body.chance.choice(('', '()'))})"
        case "Most":
            text = f"Dense({text}, bias_constraint=Most({body.chance.choice(('', '2.0'))}))"
        case "Linear":
            text = f"Dense({text}, kernel_initializer=Linear{body.chance.choice(('', '()', '(0.2)'))})"
        case _:
            text = f"{name}({text}{body.chance.choice(('', ', trainable=False'))})"
    _bind(body, f"{found} -> {text}", found, size)
    return True


def _item(body: Body, kind: str, head: str, *lines: str) -> str:
    """A new item of the file, and its name."""
    items: list[str] = body.file.items  # type: ignore[attr-defined]
    name = f"{kind}{sum(1 for each in items if kind in each) + 1}"
    text = "\n".join([head.format(name), *lines])
    items.append(text if not lines or text.endswith("\n}") else f"{text}\n}}")
    return name


def _bind(body: Body, text: str, found: str, size: object) -> None:
    made = body.scope.fresh()
    body.say(f"{made} = {text}")
    body.scope.tensors[made] = (*body.scope.tensors[found][:-1], size)  # type: ignore[assignment]


def _in_model(body: Body) -> bool:
    return bool(body.file.in_model) and not body.scope.depth  # type: ignore[attr-defined]


def _of_known_sizes(body: Body) -> str | None:
    """A tensor of a model all of whose sizes are numbers."""
    names = [name for name, shape in body.scope.tensors.items() if all(map(known, shape))]
    return body.chance.choice(names) if names and _in_model(body) else None


def _shape(body: Body, name: str) -> str:
    shape = body.scope.tensors[name]
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


COMPOSED = (
    optional_layer,
    entries,
    uneven,
    asserted_size,
    handed,
    tapped,
    backbone,
    outside,
    penalised,
    tabled,
    acting,
)
