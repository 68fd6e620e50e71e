"""`taps`, which looks into a model: as a stage, and where it stands like a function of Python.

In: the call, and the body it stands in.  Out: a stage; of a value there is only a report, with the chain that is meant.

    image -> taps(base, ["low", "high"])      Taps(Local base, …)
    taps(image -> base, ["low", "high"])      write `image -> taps(base, ["low", "high"])`
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Fix
from dslc.diagnostics.messages import backbones
from dslc.diagnostics.messages import stages as stage_messages
from dslc.program import nodes as p
from dslc.program.resolver import Resolver
from dslc.syntax import nodes as t
from dslc.syntax.traversal import walk


def taps(r: Resolver, e: t.Call) -> p.Stage:
    """`taps(base, names)`: into a model that exists, under its `shared` name."""
    positional, keywords = r.arguments(e.positional, e.keywords)
    first = e.positional[0] if e.positional else None
    model = positional[0] if positional else None
    if len(positional) == 2 and not keywords and isinstance(model, p.Local) and model.kind == "instance":
        names = positional[1]
        several = not isinstance(names, (p.Const, p.Text))
        return p.Taps(e.span, model, names, several, r.site())
    names_apart = e.positional[1:]
    if model is not None and r.is_unknown(model):
        pass  # which has been reported
    elif len(names_apart) > 1 and isinstance(model, p.Local) and model.kind == "instance" and not keywords:
        whole = f"taps({model.name}, [{', '.join(each.span.text for each in names_apart)}])"
        said = stage_messages.not_a_stage(e.span.brief, f"several names stand in a list: write `{whole}`")
        r.report(said, e.span, Fix.writing(e.span, whole))
    elif len(positional) == 2 and not keywords and first is not None:
        layer = r.recipes.get(first.span.text)
        text = None if layer is None else layer.span.brief
        r.report(backbones.taps_of(first.span.brief, text), first.span)
    else:
        only = first if isinstance(first, (t.List, t.Literal)) and len(positional) == 1 else None
        said = backbones.taps_of(None) if only is None else backbones.taps_of(None, names=only.span.text)
        r.report(said, e.span)
    return p.Expression(e.span, r.unknown(e.span), r.site())


def taps_of_value(r: Resolver, e: t.Call) -> p.Expr:
    """`taps` where a value stands, with what flows among its arguments, or nowhere."""
    for each in walk(e.positional):
        if isinstance(each, t.Name) and each.text in r.scope.kinds:
            r.scope.find(each.text)  # counts as its use
    meant = _meant(r, e)
    if meant is None:
        r.report(backbones.taps_of_nothing(None), e.span)
    else:
        flow, model, names = meant
        if flow is None:
            flow = next((each for each in r.scope.kinds if each in r.inputs), "x")
            r.scope.used.add(flow)
        text = f"{flow} -> taps({model}, {names})"
        r.report(backbones.taps_of_nothing(text), e.span, Fix.writing(e.span, text))
    return r.unknown(e.span)


def _meant(r: Resolver, e: t.Call) -> tuple[str | None, str, str] | None:
    """What flows into which model, and the names in it, as they are written; None where no model can be told from the rest."""
    match e.positional:
        case (t.Chain(span, _, stages), names) if _is_model(r, stages[-1]):
            text = span.source.text[span.start : stages[-1].span.start].rstrip().removesuffix("->").rstrip()
            return text, stages[-1].span.text, names.span.text
        case (t.Call(_, model, (value,), ()), names) if _is_model(r, model):
            return value.span.text, model.span.text, names.span.text
        case (model, names) if _is_model(r, model):
            return None, model.span.text, names.span.text
        case (one, other, names) if _is_model(r, one) != _is_model(r, other):
            model, value = (one, other) if _is_model(r, one) else (other, one)
            return value.span.text, model.span.text, names.span.text
        case (t.Name(), names):  # what a model has given: of the only one
            models = [name for name, kind in r.scope.kinds.items() if kind == "instance"]
            return (None, models[0], names.span.text) if len(models) == 1 else None
        case _:
            return None


def _is_model(r: Resolver, e: t.Expr) -> bool:
    return isinstance(e, t.Name) and r.scope.kinds.get(e.text) == "instance"
