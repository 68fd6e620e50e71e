"""What the client has set: which kinds of inlay hints are shown.

In: the initialization options, the section `dslc` of the client's configuration, and changes of it.  Out: `server.hints`.

    {"inlayHints": {"shapes": true, "counts": false, "masks": true}}        what is not named is shown

Each client has its own way: some send the section in full, some only when they are asked for it, some never but at the start.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from dslc.diagnostics.suggest import did_you_mean
from dslc.editor.hints import Kind
from dslc.lsp.server import Server

_SECTION = "dslc"
_HINTS = "inlayHints"
KINDS: dict[str, Kind] = {"shapes": "shape", "counts": "parameters", "masks": "mask"}
"""The kinds of hints by the names of their settings."""


def register(server: Server) -> None:
    """Listen to what is set."""

    @server.feature(types.INITIALIZE)
    def initialize(server: Server, given: types.InitializeParams) -> None:
        _take(server, given.initialization_options)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def changed(server: Server, given: types.DidChangeConfigurationParams) -> None:
        settings = given.settings
        found = settings.get(_SECTION, settings) if isinstance(settings, dict) else None
        if not isinstance(found, dict) or not found:
            await _ask(server)
        elif _take(server, found):
            _refresh(server)


async def begin(server: Server) -> None:
    """Ask what is set, and to be told of changes."""
    await _ask(server)
    workspace = server.client_capabilities.workspace
    changes = None if workspace is None else workspace.did_change_configuration
    if changes is not None and changes.dynamic_registration:
        options = types.DidChangeConfigurationRegistrationOptions(_SECTION)
        registration = types.Registration("dslc", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
        await server.client_register_capability_async(types.RegistrationParams([registration]))


async def _ask(server: Server) -> None:
    """Ask the client for the section, where it answers that."""
    workspace = server.client_capabilities.workspace
    if workspace is None or not workspace.configuration:
        return
    asked = types.ConfigurationParams([types.ConfigurationItem(section=_SECTION)])
    found = await server.workspace_configuration_async(asked)
    if found and _take(server, found[0]):
        _refresh(server)


def _take(server: Server, settings: Any) -> bool:
    """Take up what a section says of hints; whether that changes anything."""
    given = settings.get(_HINTS) if isinstance(settings, dict) else None
    if not isinstance(given, dict):
        return False
    for name in given:
        if name not in KINDS:
            advice = did_you_mean(name, KINDS) or f"there are {', '.join(KINDS)}"
            text = f"dslc: there is no setting {_HINTS}.{name}; {advice}"
            server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, text))
    wanted = tuple(kind for name, kind in KINDS.items() if given.get(name, True))
    before, server.hints = server.hints, wanted
    return before != wanted


def _refresh(server: Server) -> None:
    workspace = server.client_capabilities.workspace
    hints = None if workspace is None else workspace.inlay_hint
    if hints is not None and hints.refresh_support:
        server.workspace_inlay_hint_refresh(None)
