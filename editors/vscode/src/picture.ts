// The picture of a model beside its text. In: a document, and a client that asks the server for its picture. Out: a panel that follows edits,
// and whose boxes lead to their lines.

import * as vscode from "vscode";

interface Picture {
  page: string | null;
  facts: string | null;
}

export type Ask = (uri: vscode.Uri, page: boolean) => Promise<Picture | undefined>;

const MOMENT = 300;

/** Opens the panel of a document, or brings it to the front. */
export function pictures(ask: Ask): { show(): Promise<void>; dispose(): void } {
  const panels = new Map<string, vscode.WebviewPanel>();
  const waiting = new Map<string, NodeJS.Timeout>();

  async function show(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (!document) return;
    const known = panels.get(document.uri.toString());
    if (known) {
      known.reveal(undefined, true);
      return;
    }
    const found = await ask(document.uri, true);
    if (!found?.page) {
      void vscode.window.showInformationMessage(found ? "There is a picture once this file has a model and no mistakes." : "The language server of dslc does not run.");
      return;
    }
    open(document, found.page);
  }

  function open(document: vscode.TextDocument, page: string): void {
    const key = document.uri.toString();
    const name = document.uri.path.slice(document.uri.path.lastIndexOf("/") + 1);
    const options = { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [] };
    const panel = vscode.window.createWebviewPanel("dslc.picture", `Picture of ${name}`, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, options);
    panel.webview.onDidReceiveMessage(reveal);
    panel.onDidDispose(() => panels.delete(key));
    panel.webview.html = page;
    panels.set(key, panel);
  }

  function follow(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(waiting.get(key));
    if (!panels.has(key)) return;
    waiting.set(
      key,
      setTimeout(async () => {
        const found = await ask(document.uri, false);
        // a text that is wrong for the moment leaves the picture as it was
        if (found?.facts) void panels.get(key)?.webview.postMessage({ facts: found.facts });
      }, MOMENT),
    );
  }

  const listening = vscode.workspace.onDidChangeTextDocument(({ document }) => follow(document));
  return {
    show,
    dispose: () => {
      listening.dispose();
      waiting.forEach((each) => clearTimeout(each));
      panels.forEach((panel) => panel.dispose());
    },
  };
}

/** Goes to a line of a file; what comes with dslc itself may be nowhere on this machine. */
async function reveal({ file, row }: { file: string; row: number }): Promise<void> {
  const uri = vscode.Uri.file(file);
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.fsPath === uri.fsPath);
  const selection = new vscode.Range(row - 1, 0, row - 1, 0);
  try {
    await vscode.window.showTextDocument(uri, { selection, viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One });
  } catch {
    void vscode.window.showInformationMessage(`${file} cannot be opened here.`);
  }
}
