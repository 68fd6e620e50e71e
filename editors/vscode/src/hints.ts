// Which inlay hints are shown. In: those of the server, and what the settings ask for. Out: the ones to show.

import { InlayHint, InlayHintKind } from "vscode";

export interface Wanted {
  shapes: boolean;
  counts: boolean;
}

/** The hints that are wanted: those of shapes are of the kind `Type`, the counts of no kind. */
export function wantedHints(hints: InlayHint[], wanted: Wanted): InlayHint[] {
  return hints.filter((hint) => (hint.kind === InlayHintKind.Type ? wanted.shapes : wanted.counts));
}
