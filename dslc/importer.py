"""`import dslc.importer` lets Python import models as if they had been built.

    import dslc.importer
    from nets import digits                       # nets/digits.kdl
    model = digits.DigitClassifier(classes=10)

In: the name of a module that nothing else can find.  Out: the module that `dslc build` would write with the settings of the project
(the style of the target that the file belongs to), run under that name. A `.py` of that name wins, wherever it lies.

The Python of a module lies in the project's `.dslc_cache`, each line with the place it came from behind it (`# nets/digits.kdl:14`),
and is the module's `__file__`. So every tool that shows a line of a traceback shows that place: Python, pytest, notebooks, debuggers,
the log of a server. Code objects that claimed to be lines of the `.kdl` would read as nicely and break all that parses a source:
`inspect.getsource` of a class (before Python 3.13), `help`, AutoGraph. Notes on exceptions would be lost, because Keras raises
another exception in the place of one that comes out of a layer.

Importing this module is all there is to do, once a process; `install` is what it calls.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dslc.diagnostics.diagnostic import Diagnostic
    from dslc.tools.modules import Compiled
    from dslc.tools.settings_table import Target

_SUFFIX = ".kdl"


class ModelError(ImportError):
    """A model text cannot be imported; `diagnostics` says why as data (empty where not the text is at fault)."""

    def __init__(self, text: str, name: str, path: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(text, name=name, path=path)
        self.diagnostics = diagnostics


class ModelWarning(UserWarning):
    """What `dslc check` warns of in a model text that is imported."""


class Finder:
    """Finds `nets/digits.kdl` for `nets.digits`, behind everybody else who may know that name."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """How to load a module, None where no folder of `path` holds a model text of its name."""
        name = fullname.rpartition(".")[2]
        for folder in sys.path if path is None else path:
            found = _texts(folder, name)
            if len(found) > 1:
                both = " and ".join(found)
                raise ModelError(f"{both} in {folder} are both the module {name}", fullname, folder)
            if found:
                file = os.path.join(os.path.abspath(folder), found[0])
                spec = ModuleSpec(fullname, Loader(file), origin=file)
                spec.has_location = (
                    True  # the origin is a file: programs that restart after an edit look at it
                )
                return spec
            _refuse_archive(folder, fullname)
        return None

    def invalidate_caches(self) -> None:
        """Nothing is remembered: a file that was written just now is found."""


class Loader(InspectLoader):
    """Makes the module of one model text. `path` is the text."""

    def __init__(self, path: str) -> None:
        self.path = path

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """The usual kind of module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Compile the text as it is now, and run it; a module that is loaded again follows edits."""
        code, file = self._made(module.__name__, tell=True)
        module.__file__ = file
        exec(compile(code, file, "exec", dont_inherit=True), module.__dict__)

    def get_source(self, fullname: str) -> str:
        """The Python of the module."""
        return self._made(fullname)[0]

    def get_filename(self, fullname: str) -> str:
        """Where the Python of the module lies."""
        return self._made(fullname)[1]

    def get_code(self, fullname: str) -> CodeType:
        """What `python -m nets.digits` runs."""
        code, file = self._made(fullname)
        return compile(code, file, "exec", dont_inherit=True)

    def is_package(self, fullname: str) -> bool:
        """A model text is a module."""
        return False

    def _made(self, fullname: str, tell: bool = False) -> tuple[str, str]:
        """The Python of the text and the file it lies in."""
        from dslc.diagnostics.render.full import render
        from dslc.tools.terminal import UsageError

        try:
            result = _compiled(self.path, fullname)
        except UsageError as error:
            advice = f"\n{error.advice}" if error.advice else ""
            raise ModelError(f"{error.text}{advice}", fullname, self.path) from None
        if result.code is None:
            text = f"{self.path} cannot be compiled\n\n{render(list(result.diagnostics))}"
            raise ModelError(text.rstrip("\n"), fullname, self.path, result.diagnostics)
        if tell:
            _warn(result.diagnostics, fullname)
        return result.code, _file(result.code, self.path)


def install() -> None:
    """Let Python ask for model texts, last of all; a second time changes nothing."""
    others = [finder for finder in sys.meta_path if type(finder).__module__ != __name__]
    sys.meta_path[:] = [*others, Finder()]


def _texts(folder: str, name: str) -> list[str]:
    """The model texts in a folder that are the module `name`: mostly `name.kdl`, also `my-net.kdl` for `my_net`."""
    folder = folder or os.curdir
    if name.isascii() and "_" not in name and not os.path.isfile(os.path.join(folder, name + _SUFFIX)):
        return []
    try:
        texts = [each for each in os.listdir(folder) if each.endswith(_SUFFIX) and not each.startswith(".")]
    except OSError:
        return []
    if not texts:
        return []
    from dslc.driver import module_name

    return sorted(each for each in texts if module_name(each) == name)


def _refuse_archive(folder: str, fullname: str) -> None:
    """Say of a model text in a zip file that it cannot be imported from there."""
    finder = sys.path_importer_cache.get(folder)
    if not hasattr(finder, "archive"):
        return
    file = os.path.join(folder, fullname.rpartition(".")[2] + _SUFFIX)
    try:
        finder.get_data(file)  # type: ignore[union-attr]
    except OSError:
        return
    raise ModelError(f"{file} lies in an archive: run `dslc build` before packing", fullname, file)


def _compiled(path: str, fullname: str) -> Compiled:
    """A text in the style of its project, as a module that imports those of the texts it uses."""
    from dslc.driver import Options
    from dslc.record import replace
    from dslc.tools.cache import cache_folder, compile_cached
    from dslc.tools.files import Found
    from dslc.tools.modules import Job
    from dslc.tools.outputs import place
    from dslc.tools.terms import terms_of

    folder = os.path.dirname(path)
    target = _target(path)
    depth = fullname.count(".")
    top = os.path.abspath(os.path.join(folder, *[os.pardir] * depth))
    between = "relative" if depth else "absolute"
    options = Options(imports=target.imports, origins={})
    found = Found(path.replace(os.sep, "/"), folder)
    job = Job(found, place(found, None), target, options, {}, None, False, between, terms_of(folder))
    (result,) = compile_cached([job], 1, cache_folder(folder))
    if all(_importable(file, top) for file in result.uses):
        return result
    (result,) = compile_cached([replace(job, bundle=True)], 1, cache_folder(folder))
    return result


def _target(path: str) -> Target:
    """How the settings of the project want a text built: as the target says that it belongs to, else as for all."""
    from dslc.tools.files import inside
    from dslc.tools.settings import settings
    from dslc.tools.settings_table import Target

    chosen = settings(os.path.dirname(path))
    real = os.path.realpath(path)
    own = [each for each in chosen.targets if inside(real, os.path.realpath(each.source))]
    best = max(own, key=lambda each: len(os.path.realpath(each.source)), default=Target(""))
    return Target("", None, best.style or chosen.style, best.imports or chosen.imports)


def _importable(file: str, top: str) -> bool:
    """Whether Python can import the module of a text from below the folder `top`; the others go into the module that uses them."""
    way = os.path.relpath(os.path.abspath(os.path.dirname(file)), top)
    return way == os.curdir or all(part.isidentifier() for part in way.split(os.sep))


def _warn(diagnostics: tuple[Diagnostic, ...], fullname: str) -> None:
    """Tell warnings as Python tells its own, with the line of the text."""
    from warnings import warn_explicit

    from dslc.diagnostics.diagnostic import in_order

    for item in in_order(list(diagnostics)):
        if item.severity == "warning":
            help = f" ({item.help})" if item.help else ""
            text = f"{item.code}: {item.text}{help}"
            warn_explicit(text, ModelWarning, item.span.source.name, item.span.row, fullname)


def _file(code: str, path: str) -> str:
    """The file with the Python of a text, named after its content; where none can be written, only `linecache` knows it."""
    import linecache

    from dslc.digest import digest
    from dslc.driver import module_name
    from dslc.tools.cache import cache_folder

    here = os.path.dirname(path)
    folder = os.path.join(
        cache_folder(here) or os.path.join(here, "__pycache__"), "imported", digest(code.encode())[:16]
    )
    file = os.path.join(folder, f"{module_name(path)}.py")
    try:
        os.makedirs(folder, exist_ok=True)
        with open(file, "a+b") as stream:
            stream.seek(0)
            if stream.read() != code.encode():
                stream.truncate(0)
                stream.write(code.encode())
    except OSError:
        file = f"<dslc of {path}>"
        linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    return file


install()
