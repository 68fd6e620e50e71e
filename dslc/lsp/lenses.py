"""Code lenses, and the hierarchy of calls."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from dslc.editor import lenses
from dslc.editor.python import State, state
from dslc.lsp.convert import path_of, uri_of
from dslc.lsp.server import Server
from dslc.source import Span

_KINDS = {"model": types.SymbolKind.Class, "extern": types.SymbolKind.Interface}


def register(server: Server) -> None:
    """Answer these questions."""

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=True))
    def code_lenses(server: Server, given: types.CodeLensParams) -> list[types.CodeLens]:
        uri = given.text_document.uri
        found = [
            types.CodeLens(server.positions.range(each.span), types.Command(title=each.text, command=""))
            for each in lenses.lenses(server.project, path_of(uri))
        ]
        analysis = server.analysis(uri)
        if analysis is not None:
            for model in lenses.models(analysis):
                place = server.positions.range(model.name_span)
                for where in server.destinations(analysis):
                    server.watch(where.path)
                    data = {"uri": uri, "model": model.name, "path": where.path}
                    found.append(types.CodeLens(place, data=data))
        return found

    @server.feature(types.CODE_LENS_RESOLVE)
    def resolved(server: Server, lens: types.CodeLens) -> types.CodeLens:
        """How the Python of a model is: made only for what the client shows, and when the text is saved, for that is what is built."""
        match lens.data:
            case {"uri": str(uri), "model": str(model), "path": str(path)}:
                analysis = server.analysis(uri)
                places = [] if analysis is None else server.destinations(analysis)
                where = next((each for each in places if each.path == path), None)
                if analysis is None or where is None:
                    return lens
                found = State("not saved")
                if all(server.project.is_saved(file) for file in analysis.files):
                    made = server.python(analysis, where.style, where)
                    found = state(analysis, model, where, made)
                command = "dslc.build" if found.build else ""
                lens.command = types.Command(f"{where.style}: {found.text}", command, arguments=[uri])
            case None:
                pass  # it says all that it has to say
            case _:
                raise JsonRpcInvalidParams(f"no lens of this server has the data {lens.data!r}")
        return lens

    @server.feature(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
    def prepare(server: Server, given: types.CallHierarchyPrepareParams) -> list[types.CallHierarchyItem]:
        found = lenses.item_at(server.project, *server.place(given.text_document.uri, given.position))
        return [] if found is None else [_item(server, found)]

    @server.feature(types.CALL_HIERARCHY_INCOMING_CALLS)
    def incoming(
        server: Server, given: types.CallHierarchyIncomingCallsParams
    ) -> list[types.CallHierarchyIncomingCall]:
        found = lenses.incoming(server.project, *_named(server, given.item))
        return [
            types.CallHierarchyIncomingCall(_item(server, each), _ranges(server, spans))
            for each, spans in found
        ]

    @server.feature(types.CALL_HIERARCHY_OUTGOING_CALLS)
    def outgoing(
        server: Server, given: types.CallHierarchyOutgoingCallsParams
    ) -> list[types.CallHierarchyOutgoingCall]:
        found = lenses.outgoing(server.project, *_named(server, given.item))
        return [
            types.CallHierarchyOutgoingCall(_item(server, each), _ranges(server, spans))
            for each, spans in found
        ]


def _named(server: Server, item: types.CallHierarchyItem) -> tuple[str, int]:
    """The place of the name of an item that the client was given."""
    return server.place(item.uri, item.selection_range.start)


def _item(server: Server, item: lenses.Item) -> types.CallHierarchyItem:
    return types.CallHierarchyItem(
        name=item.name,
        kind=_KINDS.get(item.kind, types.SymbolKind.Function),
        uri=uri_of(item.span.source.name),
        range=server.positions.range(item.span),
        selection_range=server.positions.range(item.name_span),
    )


def _ranges(server: Server, spans: Iterable[Span]) -> list[types.Range]:
    return [server.positions.range(each) for each in spans]
