"""`dslc` compiles `.kdl` model descriptions to Keras Python. This is its whole public API.

    result = dslc.compile("digits.kdl", style="functional")
    result.code, result.diagnostics, result.summary
    DigitClassifier = dslc.load("digits.kdl").DigitClassifier      # needs Keras

`compile` never prints and never raises for a mistake in a model. There is no global state: all of it may be called from
several threads. Importing `dslc` costs nothing; the compiler comes with the first call.
"""

from __future__ import annotations

import os

from dslc.record import record

TYPE_CHECKING = False  # type checkers take it for true; importing `typing` costs 5 ms
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from dslc.diagnostics.diagnostic import Diagnostic
    from dslc.driver import Options
    from dslc.styles import Style

__all__ = ["Diagnostic", "Options", "Result", "Style", "__version__", "compile", "format", "load"]
__version__ = "0.1.0"

_ELSEWHERE = {
    "Diagnostic": "dslc.diagnostics.diagnostic",
    "Options": "dslc.driver",
    "Style": "dslc.styles",
    "load_ipython_extension": "dslc.notebook",  # what `%load_ext dslc` asks for
    "unload_ipython_extension": "dslc.notebook",
}


def __getattr__(name: str) -> object:
    """What lives in the compiler or beside it, which is imported when it is asked for."""
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(_ELSEWHERE[name]), name)
    return found


@record
class Result:
    """What became of a model text.

    `code` is the Python module, or None where an error stands in `diagnostics`. `summary` holds the facts that
    `dslc summary --format json` prints (empty for a file that cannot be read).
    """

    code: str | None
    diagnostics: tuple[Diagnostic, ...]
    summary: dict[str, object]


def compile(
    source: str | os.PathLike[str],
    style: Style = "functional",
    *,
    filename: str | None = None,
    values: Mapping[str, object] | None = None,
    options: Options | None = None,
    externs: Sequence[str] = (),
    limits: Mapping[str, int] | None = None,
) -> Result:
    """Compile a `.kdl` file, or a text when `filename` gives it a name.

    `values` gives parameters of the models a value, as `--set` does; `externs` and `limits` are what `--allow-extern` and
    `--limit` are. Relative paths start from the current folder.

    Raises ValueError for a style or a limit that there is not, for a value of what is no parameter of any model, and for a text
    without `filename`; TypeError for options that are no `Options`, externs that are no list, and a source of bytes.
    """
    from dslc import driver
    from dslc.budget import limits_from
    from dslc.diagnostics.diagnostic import Diagnostic, has_errors
    from dslc.graph.sizes import takes
    from dslc.source import Source
    from dslc.styles import STYLES
    from dslc.tools.facts import facts
    from dslc.tools.files import loader, project_root, read
    from dslc.tools.terms import allow

    if style not in STYLES:
        raise ValueError(f"there is no style {style!r}; the styles are {', '.join(STYLES)}")
    if options is not None and not isinstance(options, driver.Options):
        raise TypeError(f"options are dslc.Options(…), not {type(options).__name__}")
    if isinstance(externs, str):  # whose letters are no modules
        raise TypeError(f"externs are a list of modules: externs=[{externs!r}]")
    most = limits_from(limits or {})
    path = os.fspath(source)
    if not isinstance(path, str):
        raise TypeError(f"a source is a path or a text, not {type(path).__name__}")
    if (
        filename is None
        and isinstance(source, str)
        and (set("\n{") & set(source))
        and not os.path.exists(source)
    ):
        raise ValueError('this is a text and no path: give it a name, for example filename="model.kdl"')
    read_source = read(path, most.characters) if filename is None else Source(filename, path)
    if isinstance(read_source, Diagnostic):
        return Result(None, (read_source,), {})
    load = loader(project_root(read_source.name), most.characters)
    checked = driver.check(read_source, load, values, most, allow(tuple(externs)))
    if has_errors(checked.diagnostics):
        return Result(None, checked.diagnostics, facts([checked]))
    known = {name for graph in checked.graphs for name in takes(graph)}
    unknown = [name for name in values or {} if name not in known]
    if unknown:
        names = ", ".join(sorted(known)) or "none"
        raise ValueError(f"no model here has a parameter {unknown[0]!r}; the parameters: {names}")
    built = driver.build(checked, style, options or driver.Options())
    said = tuple(dict.fromkeys((*checked.diagnostics, *built.diagnostics)))
    return Result(built.code, said, facts([checked]))


def format(text: str, *, width: int = 88) -> str:
    """A `.kdl` text in its canonical form, with lines of at most `width` columns where they can be broken.

    Never raises: a statement with a mistake stays as it was written.
    """
    from dslc.syntax.format import format_text

    return format_text(text, width)


def load(
    source: str | os.PathLike[str],
    style: Style = "functional",
    *,
    filename: str | None = None,
    values: Mapping[str, object] | None = None,
    externs: Sequence[str] = (),
    limits: Mapping[str, int] | None = None,
) -> ModuleType:
    """The generated module of a `.kdl` file (or of a text, see `compile`), imported: its models are ready to call.

    Its lines say where they came from (`# digits.kdl:14`), so that tracebacks do. To import files by name: `dslc.importer`.
    This runs the module, and with it the modules that the source names in `extern`: those of the project, and `externs`.
    Raises ValueError with the diagnostics when the file cannot be compiled, ImportError without Keras.
    """
    import builtins
    import linecache
    from types import ModuleType

    from dslc.diagnostics.render.full import render
    from dslc.driver import Options, module_name

    result = compile(
        source,
        style,
        filename=filename,
        values=values,
        options=Options(origins={}),
        externs=externs,
        limits=limits,
    )
    name = filename or str(source)
    if result.code is None:
        raise ValueError(f"{name} cannot be compiled\n\n{render(list(result.diagnostics))}")
    module = ModuleType(module_name(name))
    place = f"<dslc {style} of {name}>"
    linecache.cache[place] = (len(result.code), None, result.code.splitlines(keepends=True), place)
    exec(builtins.compile(result.code, place, "exec"), module.__dict__)
    return module
