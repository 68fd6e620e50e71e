"""SARIF 2.1.0, the exchange format of code scanners: one run, one rule for each code that occurs.

A path from the current folder counts from `%SRCROOT%`, by which scanners mean the top of the checkout; an absolute one is a `file:` URI.
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Diagnostic, Fix
from dslc.diagnostics.render.paint import in_json
from dslc.source import Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(diagnostics: list[Diagnostic]) -> str:
    """The diagnostics as one SARIF log."""
    from json import dumps

    from dslc import __version__

    titles = {item.code: item.name for item in diagnostics}
    codes = sorted(titles)
    driver = {
        "name": "dslc",
        "version": __version__,
        "rules": [{"id": code, "name": titles[code]} for code in codes],
    }
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(item, codes.index(item.code)) for item in diagnostics],
            }
        ],
    }
    return in_json(dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _result(item: Diagnostic, rule: int) -> dict[str, object]:
    text = item.text if item.help is None else f"{item.text}\n{item.help}"
    result: dict[str, object] = {
        "ruleId": item.code,
        "ruleIndex": rule,
        "level": item.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": _place(item.span)}],
    }
    if item.labels:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": label.text}, "physicalLocation": _place(label.span)}
            for number, label in enumerate(item.labels)
        ]
    if item.fix is not None:
        result["fixes"] = [_fix(item.fix)]
    return result


def _place(span: Span) -> dict[str, object]:
    return {"artifactLocation": _artifact(span.source.name), "region": _region(span)}


def _region(span: Span) -> dict[str, int]:
    begin, finish = span.begin, span.finish
    return {
        "startLine": begin.row,
        "startColumn": begin.column,
        "endLine": finish.row,
        "endColumn": finish.column,
    }


def _fix(fix: Fix) -> dict[str, object]:
    changes: dict[str, list[dict[str, object]]] = {}
    for edit in fix.edits:
        replacement = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.content}}
        changes.setdefault(edit.span.source.name, []).append(replacement)
    return {
        "description": {"text": fix.text},
        "artifactChanges": [
            {"artifactLocation": _artifact(name), "replacements": replacements}
            for name, replacements in changes.items()
        ],
    }


def _artifact(name: str) -> dict[str, str]:
    from urllib.parse import quote

    path = name.replace("\\", "/")
    shown = quote(path.encode("utf-8", "surrogateescape" if _from_disk(name) else "replace"))
    if path.startswith("//"):  # a share of Windows, which begins with its host
        return {"uri": f"file:{shown}"}
    if path.startswith("/"):
        return {"uri": f"file://{shown}"}
    if path[1:3] == ":/":  # a drive of Windows
        return {"uri": f"file:///{path[:2]}{quote(path[2:])}"}
    return {"uri": shown, "uriBaseId": "%SRCROOT%"}


def _from_disk(name: str) -> bool:
    """Whether all surrogates in a name stand for bytes that are not UTF-8, as Python reads them off a disk."""
    return all("\udc80" <= letter <= "\udcff" for letter in name if "\ud800" <= letter <= "\udfff")
