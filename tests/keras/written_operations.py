"""Expressions of tensors written as texts: operators, indices and functions, each with one thing changed.

Like `written_cases.py`, whose models they are: the table holds expressions that Keras takes; an input of another rank, size or
dtype, or another value in the place of a literal, is what decides.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator

from tests.keras.written_cases import LETTERS, Model, Step, _input, _other_inputs

EXPRESSIONS = """
5,8 x 5,8 | x + y ;; 5,8 x 8 | x * y ;; 5,8 x 5,1 | x - y ;; 5,8 | x / 2 ;; 5,8 | 1.0 - x ;; 5,8 | -x ;; 5,8 | x ** 2 ;; 5,8 | 2 ** x ;; 5,8 x 8,3 | x @ y ;; 5,8 | x // 2 ;; 5,8 | x % 3 ;; 5,8 | x > 0 ;; 5,8 x 5,8 | x <= y ;; 5,8 | x != 0 ;; 5,8 | x[:, 0] ;; 5,8 | x[:, -1, :] ;; 5,8 | x[:, 1:3] ;; 5,8 | x[:, ::2] ;; 5,8 | x[..., 0] ;; 5,8 | x[:, None] ;; 5,8 | x[0]
5,8 | x[:, 1:, ::-1] ;; 5,8 | x[:, :-1] ;; 5,8 | x[..., None, :] ;; 4,5,8 | x[:, 1:2, ..., 0] ;; i:6 | x + 1 ;; i:6 | x / 2 ;; i:6 | x * 2.5 ;; i:6 | x // 2 ;; 5,8 | x * (x > 0.5) ;; 5,8 x 5,8 | (x + y) * 0.5 - x / (y + 1e-6) ;; 5,8 | x * True ;; 5,8 x 5,8:bool | x * y ;; 5,8:bool | x + 1
5,8 | ops.mean(x, axis=1) ;; 5,8 | ops.sum(x, axis=-1, keepdims=True) ;; 5,8 | ops.max(x, axis=(1, 2)) ;; 5,8 | ops.min(x) ;; 5,8 | ops.std(x, 1) ;; 5,8 | ops.var(x, axis=[1, 2], keepdims=True) ;; 5,8 | ops.argmax(x, axis=-1) ;; 5,8 | ops.prod(x, axis=1) ;; 5,8 | ops.any(x, axis=1) ;; 5,8 | ops.all(x > 0) ;; 5,8 | ops.logsumexp(x, axis=-1) ;; 5,8 | ops.median(x, axis=1) ;; 5,8 | ops.quantile(x, 0.5, axis=1) ;; 5,8 | ops.cumsum(x, axis=1) ;; 5,8 | ops.count_nonzero(x, axis=1) ;; 5,8 | ops.amax(x, axis=2) ;; 5,8 | ops.average(x, axis=1)
5,8 | ops.reshape(x, (-1, 40)) ;; 5,8 | ops.reshape(x, [-1, 4, 10]) ;; 5,8 | ops.transpose(x, (0, 2, 1)) ;; 5,8 | ops.transpose(x) ;; 5,8 | ops.expand_dims(x, 1) ;; 5,8 | ops.expand_dims(x, axis=(1, -1)) ;; 5,1 | ops.squeeze(x, axis=-1) ;; 5,8 | ops.swapaxes(x, 1, 2) ;; 5,8 | ops.moveaxis(x, 1, -1) ;; 5,8 | ops.flip(x, axis=1) ;; 5,8 | ops.roll(x, 2, axis=1) ;; 5,8 | ops.tile(x, (1, 2, 1)) ;; 5,8 | ops.repeat(x, 3, axis=1) ;; 5,8 | ops.pad(x, ((0, 0), (1, 1), (0, 2))) ;; 5,8 | ops.pad(x, [[0, 0], [1, 0], [0, 0]], mode="reflect") ;; 5,8 | ops.broadcast_to(x, (2, 3, 5, 8)) ;; 5,8 | ops.ravel(x)
5,8 x 5,3 | ops.concatenate([x, y], axis=-1) ;; 5,8 x 5,8 | ops.stack([x, y], axis=1) ;; 5,8 x 5,8 | ops.stack([x, y]) ;; 5,8 | ops.split(x, 2, axis=-1) ;; 5,8 | ops.split(x, [2, 5], axis=2) ;; 5,8 | ops.unstack(x, axis=1) ;; 5,8 | ops.split(x, 4, -1)[1] ;; 5,8 | ops.unstack(x, 5, 1) ;; 5,8 x 5,8 | ops.hstack([x, y]) ;; 5,8 x 5,8 | ops.append(x, y, axis=1) ;; 5,8 | ops.array_split(x, 3, axis=1) ;; 5,8 | ops.diff(x, axis=1) ;; 5,8 | ops.meshgrid(x, x)
5,8 x 5,8 | ops.add(x, y) ;; 5,8 | ops.subtract(x, 1.0) ;; 5,8 x 8 | ops.multiply(x, y) ;; 5,8 | ops.divide(x, 2) ;; 5,8 | ops.maximum(x, 0) ;; 5,8 x 5,8 | ops.minimum(x, y) ;; 5,8 | ops.power(x, 2) ;; 5,8 | ops.clip(x, 0.0, 1.0) ;; 5,8 | ops.abs(x) ;; 5,8 | ops.exp(x) ;; 5,8 | ops.log(x) ;; 5,8 | ops.sqrt(x) ;; 5,8 | ops.rsqrt(x) ;; 5,8 | ops.square(x) ;; 5,8 | ops.sin(x) ;; 5,8 | ops.sign(x) ;; 5,8 | ops.round(x, decimals=2) ;; 5,8 | ops.floor(x) ;; 5,8 | ops.isnan(x) ;; 5,8 | ops.nan_to_num(x) ;; 5,8 | ops.reciprocal(x) ;; i:6 | ops.bitwise_and(x, 3) ;; i:6 | ops.left_shift(x, 2) ;; 5,8 | ops.logical_not(x) ;; 5,8 x 5,8 | ops.logical_and(x, y) ;; 5,8 | ops.not_equal(x, 0.0)
5,8 | ops.cast(x, "float16") ;; 5,8 | ops.cast(x, dtype="int32") ;; 5,8 | ops.where(x > 0, x, 0.0) ;; 5,8 x 5,8 | ops.where(x > y, x, y) ;; 5,8 | ops.zeros_like(x) ;; 5,8 | ops.ones_like(x, dtype="int32") ;; 5,8 | ops.full_like(x, 2) ;; 5,8 | x + ops.zeros((5, 8)) ;; 5,8 | x + ops.arange(8) ;; 5,8 | x * ops.linspace(0.0, 1.0, 8) ;; 5,8 | x @ ops.eye(8) ;; 5,8 | x + ops.ones((1, 5, 1), dtype="float16") ;; 5,8 | ops.stop_gradient(x) ;; 5,8 | ops.shape(x)[0] ;; 5,8 | ops.reshape(x, (ops.shape(x)[0], -1)) ;; 5,8 | x + ops.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]) ;; 5,8 | ops.convert_to_tensor(x)
5,8 x 6,8 | ops.matmul(x, ops.transpose(y, (0, 2, 1))) ;; 5,8 x 8 | ops.dot(x, ops.transpose(y)) ;; 5,8 x 6,8 | ops.einsum("bid,bjd->bij", x, y) ;; 5,8 x 8,3 | ops.einsum("abc,acd->abd", x, y) ;; 5,8 x 5,8 | ops.tensordot(x, y, axes=[[1], [1]]) ;; 5,8 x 5,8 | ops.vdot(x, y) ;; 5,8 x 8 | ops.inner(x, y) ;; 5,8 x 3 | ops.outer(x, y) ;; 5,3 x 5,3 | ops.cross(x, y) ;; 5,8 | ops.norm(x, axis=-1) ;; 5,8 | ops.normalize(x, axis=-1) ;; 5,5 | ops.trace(x, axis1=1, axis2=2) ;; 5,5 | ops.diagonal(x, axis1=1, axis2=2) ;; 5,8 | ops.tril(x) ;; 5,8 | ops.triu(x, k=1) ;; 5,5 | ops.inv(x) ;; 5,5 | ops.det(x) ;; 5,8 | ops.qr(x) ;; 5,5 | ops.cholesky(x) ;; 5,8 | ops.svd(x)
5,8 | ops.softmax(x) ;; 5,8 | ops.relu(x) ;; 5,8 | ops.gelu(x, approximate=False) ;; 5,8 | ops.leaky_relu(x, 0.1) ;; 5,8 | ops.sigmoid(x) ;; 5,8 | ops.log_softmax(x, axis=1) ;; 5,8 | ops.elu(x, alpha=0.5) ;; 5,8 | ops.softplus(x) ;; i:6 | ops.one_hot(x, 10) ;; i:6 | ops.multi_hot(x, num_classes=10) ;; 9,9,3 | ops.max_pool(x, 2) ;; 9,9,3 | ops.average_pool(x, (2, 3), strides=1, padding="same") ;; 5,8 | ops.glu(x) ;; 5,8 x 5,8 | ops.binary_crossentropy(x, y) ;; 5,8 | ops.layer_normalization(x) ;; 5,8 | ops.top_k(x, 3) ;; 5,8 | ops.sort(x, axis=-1) ;; 5,8 | ops.argsort(x) ;; 5,8 x i:4 | ops.take(x, y, axis=1) ;; 5,8 x i:5,2 | ops.take_along_axis(x, y, axis=2) ;; 5,8 | ops.take(x, [0, 2], axis=1) ;; 5,8 | ops.take(x, 0, axis=-1) ;; 9,9,3 | ops.image.resize(x, (4, 4)) ;; 5,8 | ops.digitize(x, [0.0, 1.0]) ;; 8 | ops.bincount(x)
5,8 | ops.slice(x, (0, 1, 2), (2, 3, 4)) ;; 5,8 | ops.rot90(x, axes=(1, 2)) ;; 5,8 | ops.nonzero(x) ;; 5,8 | ops.histogram(x) ;; 5,8 | ops.fft2((x, x)) ;; 5,8 | ops.segment_sum(x, [0, 0, 1], num_segments=2) ;; 5,8 | ops.real(x) ;; 5,8 | ops.vectorize(x) ;; 5,8 | ops.unravel_index(x, (3, 4)) ;; 5,8 | ops.isin(x, [1.0, 2.0]) ;; 5,8 | ops.nanmean(x, axis=1) ;; 5,8 | ops.ndim(x) ;; 5,8 | ops.size(x)
"""

VALUES = [
    "None",
    "True",
    "False",
    "0",
    "1",
    "2",
    "3",
    "-1",
    "-2",
    "7",
    "2.0",
    "0.5",
    "-0.5",
    '"x"',
    '"float16"',
    '"int32"',
    '"same"',
    "()",
    "[]",
    "(1,)",
    "(2,)",
    "[1]",
    "(1,2)",
    "(2,1)",
    "[2,2]",
    "(0,1)",
    "(-1,-2)",
    "(1,1)",
    "(0,2,1)",
    "(2,0,1)",
    "(-1,)",
    "(-1,2)",
    "(1,2,3)",
    "(None,2)",
    "(5,8)",
    "((0,0),(1,1))",
    "((1,1),)",
    "[[0,0],[1,1],[0,0]]",
    "(1.5,2)",
    '("a",)',
    "[1.0,2.0]",
    "slice_all",
    "x",
]


def expressions() -> list[Model]:
    """The models of the table."""
    found = []
    for entry in (part for line in EXPRESSIONS.strip().splitlines() for part in line.split(";;")):
        given, _, text = entry.partition("|")
        inputs = tuple(
            _input(letter, part.strip()) for letter, part in zip(LETTERS, given.split(" x "), strict=False)
        )
        found.append(Model(inputs, (Step("out", text.strip()),)))
    return found


def every_input() -> Iterator[Model]:
    """Every expression with other inputs."""
    for model in expressions():
        for at, given in enumerate(model.inputs):
            for other in _other_inputs(given):
                yield model._replace(inputs=(*model.inputs[:at], other, *model.inputs[at + 1 :]))


def every_literal() -> Iterator[Model]:
    """Every expression with another value in the place of each argument, literal or part of an index."""
    for model in expressions():
        text = model.steps[0].feed
        for node in ast.walk(ast.parse(text, mode="eval")):
            literal = isinstance(node, ast.Constant) or (
                isinstance(node, (ast.Tuple, ast.List, ast.UnaryOp))
                and all(
                    isinstance(part, ast.Constant)
                    for part in ast.iter_child_nodes(node)
                    if isinstance(part, ast.expr)
                )
            )
            if not literal:
                continue
            before, after = text[: node.col_offset], text[node.end_col_offset :]  # type: ignore[attr-defined]
            for value in VALUES:
                value = ":" if value == "slice_all" and "[" in before else value
                if value != "slice_all":
                    yield model._replace(steps=(Step("out", before + value + after),))


def random_changes(seed: int, count: int) -> Iterator[Model]:
    """Some of all these."""
    source = random.Random(seed)
    pool = [*every_input(), *every_literal()]
    return iter(source.sample(pool, min(count, len(pool))))
