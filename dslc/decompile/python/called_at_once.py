"""Models that a function makes of the shapes of its tensors, and calls on them at once: what the function gives is what they give.

In: the tree of a file.  Out: the same without these models, and what they were called.

    inputs = Input(x.shape[1:])                  inputs = x
    y = Conv2D(8, 3)(inputs)                     y = Conv2D(8, 3)(inputs)
    return Model(inputs, y, name="part")(x)      return y
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from dslc.decompile.python.signatures import arguments, keyword
from dslc.decompile.python.wanted import times

Path = Callable[[ast.AST], str | None]


def without_models(tree: ast.Module, path: Path) -> tuple[ast.Module, list[str]]:
    """A tree whose functions make no such models, and the names of those."""
    names: list[str] = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        match function.body[-1]:
            case ast.Return(ast.Call(ast.Call() as made, [ast.Name(given)], [])) as end if (
                path(made.func) == "keras.Model"
            ):
                takes = arguments(("inputs", "outputs", "name"), made)
                if _with_tensors(function.body, takes.get("inputs"), given, path) and "outputs" in takes:
                    end.value = takes["outputs"]
                    name = keyword(made, "name")
                    names += (
                        []
                        if name is None
                        else [f"the name of the model `{ast.unparse(name)}` in `{function.name}`"]
                    )
    return tree, names


def _with_tensors(body: Sequence[ast.stmt], inputs: ast.expr | None, given: str, path: Path) -> bool:
    """Let the inputs be the tensors whose shapes they have; whether they are."""
    if (
        not isinstance(inputs, ast.Name)
        or times(body, inputs.id, ast.Store) != 1
        or times(body, given, ast.Store)
    ):
        return False
    for s in body:
        match s:
            case ast.Assign(targets, value) if any(
                isinstance(each, ast.Name) and each.id == inputs.id for each in targets
            ):
                if isinstance(value, (ast.Tuple, ast.List)):
                    own = [f"{given}[{number}]" for number in range(len(value.elts))]
                    pairs = list(zip(value.elts, own, strict=True))
                else:
                    pairs = [(value, given)]
                if not all(_is_like(each, tensor, path) for each, tensor in pairs):
                    return False
                s.value = ast.copy_location(ast.Name(given, ast.Load()), value)
                if len(targets) > 1 and times(body, inputs.id, ast.Load) == 1:  # by the model alone
                    s.targets = [each for each in targets if ast.unparse(each) != inputs.id]
                return True
    return False


def _is_like(e: ast.expr, tensor: str, path: Path) -> bool:
    """Whether it is an input of the shape of a tensor."""
    return (
        isinstance(e, ast.Call)
        and path(e.func) == "keras.Input"
        and [
            ast.unparse(each)
            for each in (*e.args, *(each.value for each in e.keywords if each.arg == "shape"))
        ]
        == [f"{tensor}.shape[1:]"]
        and all(each.arg in ("shape", "name") for each in e.keywords)
    )
