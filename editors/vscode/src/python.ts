// The Python of a model beside its text, as one types. In: a document, and a client that asks the server for its Python. Out: a read-only document
// in which the lines of the stage at the cursor are marked, and the other way round.

import * as vscode from "vscode";

interface Pair {
  range: { start: Place; end: Place };
  lines: [number, number][];
}
interface Place {
  line: number;
  character: number;
}
interface Python {
  style: string;
  text: string;
  current: boolean;
  pairs: Pair[];
}

export type Ask = (uri: vscode.Uri, style: string) => Promise<Python | null | undefined>;

const SCHEME = "dslc-python";
const STYLES = ["functional", "subclass", "sequential"];
const MOMENT = 300;

/** Opens the Python of a document, and keeps it as the text is. */
export function pythons(ask: Ask): { show(style?: string): Promise<void>; dispose(): void } {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const known = new Map<string, Python>();
  const marked = vscode.window.createTextEditorDecorationType({ backgroundColor: new vscode.ThemeColor("editor.wordHighlightStrongBackground") });
  const lines = vscode.window.createTextEditorDecorationType({ isWholeLine: true, backgroundColor: new vscode.ThemeColor("editor.wordHighlightStrongBackground") });
  let waiting: NodeJS.Timeout | undefined;

  async function show(style?: string): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (!document) return;
    const chosen = style ?? (await vscode.window.showQuickPick(STYLES, { placeHolder: "The style of the Python" }));
    if (!chosen) return;
    const shown = await vscode.workspace.openTextDocument(beside(document.uri, chosen));
    await vscode.window.showTextDocument(shown, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false });
    mark(vscode.window.visibleTextEditors.find((editor) => editor.document === document));
  }

  async function provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { source, style } = origin(uri);
    const found = await ask(source, style);
    if (!found) return "# The language server of dslc does not run, or cannot read this file.\n";
    known.set(uri.toString(), found);
    return found.text;
  }

  /** Marks what belongs to the cursor of an editor in the editors beside it. */
  function mark(editor: vscode.TextEditor | undefined): void {
    if (!editor) return;
    const { document, selection } = editor;
    for (const other of vscode.window.visibleTextEditors) {
      const [text, python] = document.uri.scheme === SCHEME ? [other, editor] : [editor, other];
      if (other === editor || python.document.uri.scheme !== SCHEME || origin(python.document.uri).source.toString() !== text.document.uri.toString()) continue;
      const pairs = known.get(python.document.uri.toString())?.pairs ?? [];
      const fits = (pair: Pair): boolean =>
        text === editor ? range(pair).contains(selection.active) : pair.lines.some(([first, last]) => first <= selection.active.line && selection.active.line <= last);
      const found = shortest(pairs.filter(fits), text.document);
      text.setDecorations(marked, found ? [range(found)] : []);
      python.setDecorations(lines, found ? found.lines.map(([first, last]) => new vscode.Range(first, 0, last, 0)) : []);
      if (found && other === python) python.revealRange(new vscode.Range(found.lines[0][0], 0, found.lines[0][1], 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      if (found && other === text) text.revealRange(range(found), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  /** A text has changed, and what uses it may have with it: all that is on the screen is asked for again. */
  function follow(document: vscode.TextDocument): void {
    if (document.uri.scheme === SCHEME) {
      const { source } = origin(document.uri);
      mark(vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === source.toString()));
      return;
    }
    if (!document.uri.path.endsWith(".kdl")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      for (const each of vscode.workspace.textDocuments) if (each.uri.scheme === SCHEME) changed.fire(each.uri);
    }, MOMENT);
  }

  const listening = vscode.Disposable.from(
    changed,
    marked,
    lines,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, { onDidChange: changed.event, provideTextDocumentContent }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => follow(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => known.delete(uri.toString())),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => mark(textEditor)),
  );
  return {
    show,
    dispose: () => {
      clearTimeout(waiting);
      listening.dispose();
    },
  };
}

/** The name under which the Python of a document is open: the end of its path is the name of a file of Python. */
function beside(source: vscode.Uri, style: string): vscode.Uri {
  const path = `${source.path.replace(/\.kdl$/, "")} (${style}).py`;
  return vscode.Uri.from({ scheme: SCHEME, path, query: JSON.stringify({ source: source.toString(), style }) });
}

function origin(uri: vscode.Uri): { source: vscode.Uri; style: string } {
  const { source, style } = JSON.parse(uri.query);
  return { source: vscode.Uri.parse(source), style };
}

function range({ range: { start, end } }: Pair): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** The pair with the fewest characters: the innermost of those that hold a place. */
function shortest(pairs: Pair[], document: vscode.TextDocument): Pair | undefined {
  const length = (pair: Pair): number => document.offsetAt(range(pair).end) - document.offsetAt(range(pair).start);
  return pairs.reduce<Pair | undefined>((best, pair) => (best === undefined || length(pair) < length(best) ? pair : best), undefined);
}
