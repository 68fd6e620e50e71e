"""What `dslc` wrote in a folder, and from what: a small file beside the outputs, for the next run and for people.

In: outputs with their sources, as paths.  Out: `.dslc-manifest.json`, the same bytes for the same outputs, with paths relative to its folder.

    {
      "about": "What dslc wrote in this folder, and from what. Keep it with the outputs.",
      "outputs": {
        "net.py": "../models/net.kdl"
      }
    }

From it a run knows that an output belongs to another source, and which outputs have lost theirs. An output of standard
input has no source (null) unless `--stdin-filename` names a file.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from dslc.record import record
from dslc.tools.files import RealPaths
from dslc.tools.terminal import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dslc.tools.journal import Change

MANIFEST = ".dslc-manifest.json"
_ABOUT = "What dslc wrote in this folder, and from what. Keep it with the outputs."


@record
class Orphan:
    """An output whose source is gone."""

    path: str
    source: str


def entries(folder: str) -> dict[str, str | None]:
    """The outputs in a folder with the paths of their sources from there; raises UsageError for a damaged manifest."""
    from dslc.tools.journal import content

    path = os.path.join(folder, MANIFEST)
    held = content(path)
    if held is None:
        return {}
    outputs = _outputs(held)
    if outputs is None:
        raise UsageError(f"{path} is damaged", "delete it and build everything in that folder again")
    return dict(outputs)


@lru_cache(maxsize=16)
def _outputs(held: bytes) -> Mapping[str, str | None] | None:
    """What a manifest says, which a run asks for several times; None when it is damaged."""
    try:
        outputs: dict[str, str | None] = json.loads(held)["outputs"]
        sound = all(
            os.path.basename(name) == name and (source is None or isinstance(source, str))
            for name, source in outputs.items()
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return outputs if sound else None


def text(known: Mapping[str, str | None]) -> str:
    """A manifest in its one form: sorted, a line an output, so that branches merge."""
    lines = ",\n".join(
        f"    {encode_basestring(name)}: {'null' if source is None else encode_basestring(source)}"
        for name, source in sorted(known.items())
    )
    return f'{{\n  "about": {encode_basestring(_ABOUT)},\n  "outputs": {{\n{lines}\n  }}\n}}\n'


def owners(sources: Mapping[str, str]) -> dict[str, str]:
    """The outputs that belong to another source than the one that `sources` names for them, and which; it is still there."""
    known = {folder: entries(folder) for folder in {os.path.dirname(path) for path in sources}}
    real = RealPaths()
    return {path: other for path, source in sources.items() if (other := _owner(path, source, known, real))}


def _owner(
    output: str, own: str, known: Mapping[str, Mapping[str, str | None]], real: RealPaths
) -> str | None:
    folder, name = os.path.split(output)
    source = known[folder].get(name)
    if source is None:
        return None
    path = os.path.join(folder, source)
    if not os.path.exists(path) or real.of(path) == real.of(own):
        return None
    return os.path.relpath(path).replace(os.sep, "/")


def changes(sources: Mapping[str, str], removed: frozenset[str] = frozenset()) -> list[Change]:
    """What becomes of the manifests when outputs are made from these sources and those of the paths in `removed` go."""
    new: dict[str, dict[str, str | None]] = {}
    real = RealPaths()
    for path, source in sources.items():
        folder, name = os.path.split(path)
        new.setdefault(folder, {})[name] = _from(folder, source, real)
    found = [_change(folder, known, removed) for folder, known in sorted(new.items())]
    for folder in sorted({os.path.dirname(path) for path in removed} - new.keys()):
        found.append(_change(folder, {}, removed))
    return [change for change in found if change is not None]


def orphans(folders: list[str]) -> list[Orphan]:
    """The outputs in these folders whose sources are gone."""
    found = []
    for folder in folders:
        there = _names(folder)
        for name, source in entries(folder).items():
            if source is None or name not in there or os.path.exists(os.path.join(folder, source)):
                continue
            path = os.path.join(folder, name)
            shown = os.path.relpath(os.path.join(folder, source)).replace(os.sep, "/")
            found.append(Orphan(path.replace(os.sep, "/"), shown))
    return found


def below(folder: str) -> list[str]:
    """The folders from here downwards that hold a manifest; hidden ones are left out."""
    from dslc.tools.files import folders_below

    holding = (
        os.path.normpath(where) for where, names in folders_below(folder or os.curdir) if MANIFEST in names
    )
    return ["" if path == os.curdir else path for path in holding]


def remove(lost: list[Orphan], force: bool) -> tuple[list[str], list[str]]:
    """Remove outputs without a source, all or none: those that are gone, and those kept because they were edited."""
    from dslc.emit.finish import is_edited, is_ours
    from dslc.tools.journal import Change, alone_in, apply, content

    folders = sorted({os.path.dirname(orphan.path) for orphan in lost})
    going: list[Change] = []
    kept = []
    with alone_in(folders):
        for orphan in lost:
            before = content(orphan.path)
            held = (before or b"").decode("utf-8", "replace").replace("\r\n", "\n")
            if force or (is_ours(held) and not is_edited(held)):
                going.append(Change(orphan.path, before, None))
            else:
                kept.append(orphan.path)
        gone = [change.path for change in going]
        apply([*going, *changes({}, frozenset(gone))])
    return gone, kept


def _change(folder: str, new: dict[str, str | None], removed: frozenset[str]) -> Change | None:
    """The manifest of a folder with what is new in it and without what is no longer there; None when it stays."""
    from dslc.tools.journal import Change, content

    path = os.path.join(folder, MANIFEST)
    before = content(path)
    there = _names(folder)
    known = {
        name: source
        for name, source in entries(folder).items()
        if name in there and os.path.join(folder, name) not in removed
    }
    known.update(new)
    after = (
        text(known).encode("utf-8", "backslashreplace") if known else None
    )  # bytes that are no text: \udcff
    return None if after == (before and before.replace(b"\r\n", b"\n")) else Change(path, before, after)


def _names(folder: str) -> frozenset[str]:
    """What is in a folder; nothing where there is none."""
    try:
        return frozenset(os.listdir(folder or os.curdir))
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()


def _from(folder: str, source: str, real: RealPaths) -> str | None:
    """The way from a folder to a source; None for standard input, and from one drive of Windows to another."""
    if not os.path.isfile(source):
        return None
    try:
        way = os.path.relpath(real.of(source), real.folder(os.path.join(folder, "")))
    except ValueError:
        return None
    return way.replace(os.sep, "/")
