"""Inputs of blocks that are lists or records of tensors, as far as what the block does with them says so.

In: a module.  Out: for a block the names of such inputs. A graph knows it of the blocks that it has come by; those of a file without
models, and those behind an `if` that the defaults of a model do not take, are known by their text alone.

    block Join {
        input features                       several: a layer merges them
        input columns                        several: `columns["age"]`
        output features -> Concatenate -> Dense(2 * columns["age"].shape[-1])
    }
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from dslc.keras import layers
from dslc.keras.operations import rows
from dslc.lower.plan import Key
from dslc.program import nodes as p
from dslc.program.traversal import assigned, gone_through, inputs_in, items_within, walk

_JOINING = frozenset(
    f"ops.{name}" for name, (_, rule, *_) in rows.JOINING.items() if rule in ("concatenate", "stack")
)
_OF_LISTS = frozenset(["enumerate", "items", "keys", "len", "list", "reversed", "tuple", "values", "zip"])


def several_inputs(module: p.Module, come_by: Collection[Key]) -> Iterator[tuple[Key, str]]:
    """The inputs of the blocks that no graph has come by which their texts show to be several tensors."""
    several = _Several(module)
    for item in items_within(module):
        if isinstance(item, p.Block) and not item.model and item.key not in come_by:
            yield from ((item.key, name) for name in several.of(item))


class _Several:
    """What the texts of blocks show, each looked at once."""

    def __init__(self, module: p.Module) -> None:
        self._module = module
        self._found: dict[Key, frozenset[str]] = {}

    def of(self, block: p.Block) -> frozenset[str]:
        if block.key not in self._found:
            self._found[block.key] = frozenset()  # a block that uses itself says nothing
            kept = {each.name for each in inputs_in(block.body)} - assigned(block.body, inputs=False)
            self._found[block.key] = frozenset(kept.intersection(self._shown(block)))
        return self._found[block.key]

    def _shown(self, block: p.Block) -> Iterator[str]:
        """Names of a body that are used as lists and records are."""
        for node in walk(block.body):
            match node:
                case p.For(iterable=iterable) | p.Clause(iterable=iterable):
                    yield from gone_through(iterable)
                case p.CallBuiltin(_, name, parts) if name in _OF_LISTS:
                    for each in parts:
                        yield from gone_through(each)
                case p.Starred(_, p.Local(_, name)) | p.Assign(_, p.Unpack(), _, p.Local(_, name)):
                    yield name
                case p.Index(_, p.Local(_, name), (item,), False) if not isinstance(item, p.Slice):
                    yield name
                case p.CallOperation(_, operation, _, (p.Local(_, name), *_)) if operation in _JOINING:
                    yield name
                case p.Flow(_, p.Local(_, name) as head, (first, *_)):
                    yield from self._given(first, (head,))
                case p.Flow(_, p.CallArguments(_, positional), (first, *_)):
                    yield from self._given(first, positional)
                case _:
                    pass  # a tensor would do as well

    def _given(self, stage: p.Stage, parts: Sequence[p.Expr]) -> Iterator[str]:
        """The names among what comes into a stage for which it wants several tensors, on one of its ways."""
        if isinstance(stage, p.Choice):
            yield from self._given(stage.then, parts)
            yield from self._given(stage.otherwise, parts)
        for part, is_wanted in zip(parts, self._wanted(stage), strict=False):
            if is_wanted and isinstance(part, p.Local):
                yield part.name

    def _wanted(self, stage: p.Stage) -> list[bool]:
        """Of what comes into a stage, by place, whether it is to be several tensors."""
        match stage:
            case p.MakeLayer(_, p.KerasLayer(name)) | p.Operation(_, name):
                return [self._merges(name)]
            case p.MakeLayer(_, p.BlockRef(_, key)) if isinstance(inner := self._module.item(key), p.Block):
                several = self.of(inner)
                return [each.name in several for each in inputs_in(inner.body)]
            case _:
                return []

    def _merges(self, name: str) -> bool:
        if name in _JOINING:
            return True
        row = layers.find(name)
        return row is not None and layers.folder(row) == "merging"
