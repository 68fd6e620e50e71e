"""`dslc` compiles `.kdl` model descriptions to Keras Python. This is its whole public API.

    result = dslc.compile("digits.kdl", style="functional")
    result.code, result.diagnostics, result.summary
    DigitClassifier = dslc.load("digits.kdl").DigitClassifier      # needs Keras

`compile` never prints and never raises for a mistake in a model. There is no global state: all of it may be called from
several threads. Importing `dslc` costs nothing; the compiler comes with the first call.
"""

from __future__ import annotations

from dslc.record import record

TYPE_CHECKING = False  # type checkers take it for true; importing `typing` costs 5 ms
if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from types import ModuleType

    from dslc.diagnostics.diagnostic import Diagnostic
    from dslc.driver import Options
    from dslc.styles import Style

__all__ = ["Result", "__version__", "compile", "format", "load"]
__version__ = "0.1.0"


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
) -> Result:
    """Compile a `.kdl` file, or a text when `filename` gives it a name.

    `values` gives parameters of the models a value, as `--set` does. Relative paths start from the current folder.
    """
    from dslc import driver
    from dslc.diagnostics.diagnostic import Diagnostic, has_errors
    from dslc.source import Source
    from dslc.tools.facts import facts
    from dslc.tools.files import loader, project_root, read

    read_source = read(str(source)) if filename is None else Source(filename, str(source))
    if isinstance(read_source, Diagnostic):
        return Result(None, (read_source,), {})
    checked = driver.check(read_source, loader(project_root(read_source.name)), values)
    if has_errors(list(checked.diagnostics)):
        return Result(None, checked.diagnostics, facts([checked]))
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
) -> ModuleType:
    """The generated module of a `.kdl` file (or of a text, see `compile`), imported: its models are ready to call.

    Its lines say where they came from (`# digits.kdl:14`), so that tracebacks do. To import files by name: `dslc.importer`.
    Raises ValueError with the diagnostics when the file cannot be compiled, ImportError without Keras.
    """
    import builtins
    import linecache
    from types import ModuleType

    from dslc.diagnostics.render.full import render
    from dslc.driver import Options, module_name

    result = compile(source, style, filename=filename, values=values, options=Options(origins={}))
    name = filename or str(source)
    if result.code is None:
        raise ValueError(f"{name} cannot be compiled\n\n{render(list(result.diagnostics))}")
    module = ModuleType(module_name(name))
    place = f"<dslc {style} of {name}>"
    linecache.cache[place] = (len(result.code), None, result.code.splitlines(keepends=True), place)
    exec(builtins.compile(result.code, place, "exec"), module.__dict__)
    return module
