"""What helps to write: completion, signature help, formatting, code actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from dslc.diagnostics.diagnostic import Edit
from dslc.editor import actions, completion, formatting, signatures
from dslc.editor.action import Action
from dslc.editor.callables import About
from dslc.editor.completion import Completion, Files
from dslc.lsp.convert import path_of
from dslc.lsp.server import Server
from dslc.source import Source

_KINDS: dict[completion.Kind, types.CompletionItemKind] = {
    "layer": types.CompletionItemKind.Class,
    "block": types.CompletionItemKind.Class,
    "model": types.CompletionItemKind.Class,
    "extern": types.CompletionItemKind.Class,
    "fn": types.CompletionItemKind.Function,
    "function": types.CompletionItemKind.Function,
    "constant": types.CompletionItemKind.Constant,
    "value": types.CompletionItemKind.Variable,
    "parameter": types.CompletionItemKind.TypeParameter,
    "instance": types.CompletionItemKind.Variable,
    "weight": types.CompletionItemKind.Field,
    "dim": types.CompletionItemKind.Unit,
    "training": types.CompletionItemKind.Variable,
    "object": types.CompletionItemKind.Constructor,
    "namespace": types.CompletionItemKind.Module,
    "argument": types.CompletionItemKind.Property,
    "string": types.CompletionItemKind.EnumMember,
    "word": types.CompletionItemKind.Keyword,
    "dtype": types.CompletionItemKind.EnumMember,
    "file": types.CompletionItemKind.File,
}


_FIX_ALL = "source.fixAll.dslc"


def register(server: Server) -> None:
    """Answer these questions."""
    _completion(server)
    _formatting(server)
    _actions(server)


def _actions(server: Server) -> None:
    kinds = ["quickfix", "refactor.extract", "refactor.inline", "refactor.rewrite", _FIX_ALL]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=list(kinds)))
    def actions_at(server: Server, given: types.CodeActionParams) -> list[types.CodeAction]:
        uri, only = given.text_document.uri, given.context.only
        analysis = server.analysis(uri)
        if analysis is None:
            return []
        source, positions = analysis.source, server.positions
        start, end = positions.offset(source, given.range.start), positions.offset(source, given.range.end)
        found = [each for each in actions.actions(analysis, start, end) if _asked(only, each.kind)]
        shown = [each for each in found if each.refused is None or _shows_refused(server)]
        made = [_action(server, uri, each) for each in shown]
        if only and _asked(only, _FIX_ALL):
            edits = actions.fix_all(analysis)
            if edits:
                every = Action("fix all that can be fixed safely", _FIX_ALL, tuple(edits))
                made.append(_action(server, uri, every))
        return made


def _completion(server: Server) -> None:

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=[".", ">", "(", ",", '"', "="], resolve_provider=True),
    )
    def completed(server: Server, given: types.CompletionParams) -> types.CompletionList:
        analysis = server.analysis(given.text_document.uri)
        if analysis is None:
            return types.CompletionList(False, [])
        path = path_of(given.text_document.uri)
        project = server.project
        files = Files(lambda: project.listing(path), lambda name: project.used(path, name))
        offset = server.positions.offset(analysis.source, given.position)
        found = completion.completions(analysis, offset, files)
        uri = given.text_document.uri
        items = [_item(server, analysis.source, uri, number, each) for number, each in enumerate(found)]
        return types.CompletionList(False, items)

    @server.feature(types.COMPLETION_ITEM_RESOLVE)
    def resolved(server: Server, item: types.CompletionItem) -> types.CompletionItem:
        match item.data:
            case {"uri": str(uri), "about": str(about), "name": str(name)}:
                analysis = server.analysis(uri)
                known = next((each for each in get_args(About) if each == about), None)
                if analysis is not None and known is not None:
                    text = completion.documentation(analysis, known, name)
                    item.documentation = (
                        types.MarkupContent(types.MarkupKind.Markdown, text) if text else None
                    )
            case None:
                pass  # there is nothing to read about it
            case _:
                raise JsonRpcInvalidParams(f"no completion of this server has the data {item.data!r}")
        return item

    @server.feature(
        types.TEXT_DOCUMENT_SIGNATURE_HELP, types.SignatureHelpOptions(trigger_characters=["(", ",", "="])
    )
    def helped(server: Server, given: types.SignatureHelpParams) -> types.SignatureHelp | None:
        analysis = server.analysis(given.text_document.uri)
        if analysis is None:
            return None
        found = signatures.signature(analysis, server.positions.offset(analysis.source, given.position))
        if found is None:
            return None
        parameters = [types.ParameterInformation(found.label[start:end]) for start, end in found.parts]
        text = types.MarkupContent(types.MarkupKind.Markdown, found.text) if found.text else None
        number = len(parameters) if found.active is None else found.active
        return types.SignatureHelp(
            [types.SignatureInformation(found.label, text, parameters, number)], 0, number
        )


def _formatting(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatted(server: Server, given: types.DocumentFormattingParams) -> list[types.TextEdit]:
        analysis = server.analysis(given.text_document.uri)
        if analysis is None:
            return []
        return _edits(server, formatting.formatted(analysis, server.outside.width(analysis.source.name)))

    @server.feature(types.TEXT_DOCUMENT_RANGE_FORMATTING)
    def formatted_range(server: Server, given: types.DocumentRangeFormattingParams) -> list[types.TextEdit]:
        analysis = server.analysis(given.text_document.uri)
        if analysis is None:
            return []
        source, positions = analysis.source, server.positions
        start, end = positions.offset(source, given.range.start), positions.offset(source, given.range.end)
        width = server.outside.width(source.name)
        return _edits(server, formatting.formatted_range(analysis, start, end, width))


def _action(server: Server, uri: str, each: Action) -> types.CodeAction:
    return types.CodeAction(
        each.title,
        kind=each.kind,
        diagnostics=None if each.about is None else [server.positions.diagnostic(each.about)],
        is_preferred=each.preferred or None,
        disabled=None if each.refused is None else types.CodeActionDisabled(each.refused),
        edit=types.WorkspaceEdit({uri: _edits(server, each.edits)}) if each.edits else None,
    )


def _asked(kinds: Sequence[str] | None, kind: str) -> bool:
    """Whether a client asks for a kind of action: it, or a part of what it is a part of."""
    return not kinds or any(kind == each or kind.startswith(f"{each}.") for each in kinds)


def _shows_refused(server: Server) -> bool:
    """Whether the client shows actions that cannot be made, with the reason."""
    capabilities = server.client_capabilities.text_document
    wanted = None if capabilities is None else capabilities.code_action
    return wanted is not None and bool(wanted.disabled_support)


def _edits(server: Server, edits: Sequence[Edit]) -> list[types.TextEdit]:
    return [types.TextEdit(server.positions.range(each.span), each.content) for each in edits]


def _item(server: Server, source: Source, uri: str, number: int, each: Completion) -> types.CompletionItem:
    snippets = _takes_snippets(server)
    plain = each.insert if not each.snippet else each.label
    return types.CompletionItem(
        each.label,
        kind=_KINDS[each.kind],
        detail=each.detail or None,
        sort_text=f"{number:04}",
        filter_text=each.label,
        text_edit=types.TextEdit(
            server.positions.between(source, each.start, each.end), each.insert if snippets else plain
        ),
        insert_text_format=(
            types.InsertTextFormat.Snippet if each.snippet and snippets else types.InsertTextFormat.PlainText
        ),
        data=None if each.about is None else {"uri": uri, "about": each.about, "name": each.name},
    )


def _takes_snippets(server: Server) -> bool:
    """Whether the client fills holes in."""
    capabilities = server.client_capabilities.text_document
    completes = None if capabilities is None else capabilities.completion
    item = None if completes is None else completes.completion_item
    return item is not None and bool(item.snippet_support)
