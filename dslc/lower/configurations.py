"""What a class says of its parameters when a model is saved, and how it is made again of that: `get_config` and `from_config`.

In: a block or model that is a class, with the names of its parameters and of the attributes that keep them.  Out: its two methods.

    block B(act: layer, n)          get_config     {**super, "act": registered name of self.act, "n": self.n}
                                    from_config    act is looked up by that name
"""

from __future__ import annotations

from dslc.lower import plan
from dslc.lower.facts import Facts
from dslc.lower.names import AttributeNames, Names
from dslc.program import nodes as p


class Configuration:
    """The parameters of one class, as they are saved."""

    def __init__(self, facts: Facts, item: p.Block, names: Names, attributes: AttributeNames) -> None:
        self._facts = facts
        self._item = item
        self._names = names
        self._attributes = attributes

    def get_config(self) -> plan.Method:
        """The parameters, as a file holds them."""
        base: tuple[plan.Expr, plan.Expr] = (plan.Spread(plan.Const(None)), of_super("get_config", ()))
        items = [
            base,
            *(
                (plan.Const(self._names.given[each.name]), self._saved(each))
                for each in self._item.parameters
            ),
        ]
        give = plan.Give(plan.DictOf(tuple(items)), None)
        return plan.Method("get_config", (("self", None),), (give,), None, None)

    def is_configured(self, parameter: p.Parameter) -> bool:
        """Whether a parameter is a class of layers, which are made where they are used."""
        return parameter.layer and self._facts.is_configured(self._item.key, parameter.name)

    def _initializes(self, parameter: p.Parameter) -> bool:
        return (self._item.key, parameter.name) in self._facts.analyses.initializers

    def _unless_none(self, parameter: p.Parameter, value: plan.Expr, otherwise: plan.Expr) -> plan.Expr:
        """What becomes of the value of a parameter that may be None."""
        if not isinstance(parameter.default, p.Const):
            return otherwise
        is_none = plan.Compare(value, (("is", plan.Const(None)),))
        return plan.Conditional(is_none, plan.Const(None), otherwise)

    def from_config(self) -> plan.Method | None:
        """The classes of layers by the names that `get_config` has for them; the layers of a model by their configuration.

        Keras takes a dictionary under `dtype` for that of a policy, so that an initializer of this name has to be made before.
        """
        found = [
            each
            for each in self._item.parameters
            if self.is_configured(each) or each.kept or (each.name == "dtype" and self._initializes(each))
        ]
        if not found:
            return None
        config = plan.Var("config")
        known = plan.Call(plan.Python("vars"), (plan.Keras("layers", ""),))
        steps: list[plan.Step] = []
        items: list[tuple[plan.Expr, plan.Expr]] = [(plan.Spread(plan.Const(None)), config)]
        for each in found:
            name = self._names.given[each.name]
            saved = plan.Index(config, (plan.Const(name),))
            if each.kept:
                made = plan.Call(plan.Keras("keras", "saving.deserialize_keras_object"), (saved,))
            elif self._initializes(each):
                made = plan.Call(plan.Keras("initializers", "get"), (saved,))
            else:
                find = plan.Keras("keras", "saving.get_registered_object")
                made = plan.Call(find, (saved,), (("module_objects", known),))
            steps.append(plan.Bind(plan.Var(name), made, None))
            items.append((plan.Const(name), plan.Var(name)))
        steps.append(plan.Give(of_super("from_config", (plan.DictOf(tuple(items)),)), None))
        parameters = (("cls", None), ("config", None))
        return plan.Method("from_config", parameters, tuple(steps), None, None, of_class=True)

    def _saved(self, parameter: p.Parameter) -> plan.Expr:
        """A parameter as `get_config` gives it: an initializer as its configuration."""
        value = plan.Held(self._attributes.parameters[parameter.name])
        if parameter.kept:
            return plan.Call(plan.Keras("keras", "saving.serialize_keras_object"), (value,))
        if self.is_configured(parameter):
            name: plan.Expr = plan.Call(plan.Keras("keras", "saving.get_registered_name"), (value,))
            return self._unless_none(parameter, value, name)
        if not self._initializes(parameter):
            return value
        found = plan.Call(plan.Keras("initializers", "get"), (value,))
        return plan.Call(plan.Keras("initializers", "serialize"), (found,))


def of_super(
    method: str, positional: tuple[plan.Expr, ...], keywords: tuple[tuple[str, plan.Expr], ...] = ()
) -> plan.Expr:
    """A call of a method of the class above."""
    return plan.Call(plan.Attribute(plan.Call(plan.Python("super")), method), positional, keywords)
