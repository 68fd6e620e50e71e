"""The imports of a module, gathered while its parts are printed.

In: what the plan names of Keras, of Python and of other modules.  Out: the Python that says it, and the import statements.
"""

from __future__ import annotations

from dslc.emit import python as py
from dslc.lower import plan


class Imports:
    """What a module names from elsewhere. `flavour` is "keras" or "tensorflow" (see `dslc build --help`)."""

    def __init__(self, planned: plan.ModulePlan, flavour: str) -> None:
        self.plan = planned
        self.flavour = flavour
        self.names_keras = False
        self.namespaces: set[str] = set()
        self.modules: set[str] = set()
        self.members: dict[str, set[str]] = {}

    def keras(self, *path: str) -> py.Expr:
        """`keras.Model`, `keras.saving.register_keras_serializable` (which TensorFlow's Keras offers in `utils`)."""
        self.names_keras = True
        if path[0] == "saving" and self.flavour == "tensorflow":
            path = ("utils", *path[1:])
        e: py.Expr = py.Name("keras")
        for name in path:
            e = py.Attr(e, name)
        return e

    def member(self, namespace: str, name: str) -> py.Expr:
        """`ops.mean`, `layers.Dense`: the namespace is imported; without a name the namespace itself."""
        if namespace == "keras":
            return self.keras(*name.split("."))
        self.namespaces.add(namespace)
        e: py.Expr = py.Name(namespace)
        for part in name.split(".") if name else ():
            e = py.Attr(e, part)
        return e

    def python(self, name: str, module: str) -> py.Expr:
        """`range`, `math.ceil`."""
        if not module:
            return py.Name(name)
        self.modules.add(module)
        return py.Attr(py.Name(module), name)

    def item(self, key: plan.Key) -> py.Expr:
        """A block, model, fn, constant or extern by its name in this module."""
        here = self.plan.names[key]
        if key in self.plan.imported:
            module, name = self.plan.imported[key]
            self.members.setdefault(module, set()).add(_renamed(name, here))
        return py.Name(here)

    def add(self, others: Imports) -> None:
        """What a part of the module names."""
        self.names_keras |= others.names_keras
        self.namespaces |= others.namespaces
        self.modules |= others.modules
        for module, members in others.members.items():
            self.members.setdefault(module, set()).update(members)

    def statements(self) -> tuple[py.Import, ...]:
        """The imports in use, in isort's order."""
        found = [py.Import(name) for name in sorted(self.modules)]
        if found:  # the standard library stands apart
            found.append(py.BLANK)
        names = tuple(sorted(self.namespaces))
        if self.flavour == "tensorflow":
            whole, package = py.Import("tensorflow", ("keras",)), "tensorflow.keras"
        else:
            whole, package = py.Import("keras"), "keras"
        if self.names_keras:
            found.append(whole)
        if names:
            found.append(py.Import(package, names))
        for module, members in sorted(self.members.items()):
            found.append(py.Import(module, tuple(sorted(members))))
        return tuple(found)


def _renamed(name: str, here: str) -> str:
    """A name in a `from … import`: with `as` where it is called otherwise here."""
    return name if name == here else f"{name} as {here}"
