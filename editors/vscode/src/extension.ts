// The client of `dslc lsp`. In: documents and settings of the editor. Out: a running server, and an item in the status bar that says so.

import * as vscode from "vscode";
import { LanguageClient, LanguageClientOptions, State } from "vscode-languageclient/node";

import { isModel } from "./detect";
import { pictures } from "./picture";
import { pythons } from "./python";

const LANGUAGE = "dslc";
const OTHER = "kdl";

let stop: (() => Promise<void>) | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("dslc", { log: true });
  const status = vscode.languages.createLanguageStatusItem("dslc.server", { language: LANGUAGE });
  status.name = "dslc";
  let client: LanguageClient | undefined;

  async function start(): Promise<void> {
    await client?.dispose().catch(() => undefined);
    client = undefined;
    const command = settings().get<string[]>("server.command", ["dslc", "lsp"]);
    const [program, ...args] = command.map((word) => word.replaceAll("${workspaceFolder}", folder()));
    if (!vscode.workspace.isTrusted || program === undefined) {
      say(program === undefined ? "`dslc.server.command` is empty" : "the workspace is not trusted", true);
      return;
    }
    const made = new LanguageClient("dslc", "dslc", { command: program, args, options: { cwd: folder() || undefined } }, options(output));
    client = made;
    made.onDidChangeState(({ newState }) => {
      const version = made.initializeResult?.serverInfo?.version ?? "";
      status.busy = newState === State.Starting;
      if (newState === State.Running) say(`dslc ${version}`, false);
      if (newState === State.Stopped && client === made) say("the server has stopped", true);
    });
    try {
      await made.start();
      say(`dslc ${made.initializeResult?.serverInfo?.version ?? ""}`.trim(), false);
    } catch (reason) {
      say("the server does not start", true);
      await askForServer(command, reason);
    }
  }

  function say(text: string, wrong: boolean): void {
    status.text = text;
    status.severity = wrong ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    status.command = wrong
      ? { command: "dslc.restart", title: "Restart" }
      : { command: "dslc.showOutput", title: "Show output" };
  }

  const drawn = pictures(async (uri, page) =>
    client?.isRunning() ? client.sendRequest("dslc/picture", { uri: client.code2ProtocolConverter.asUri(uri), page }) : undefined,
  );
  const written = pythons(async (uri, style) =>
    client?.isRunning() ? client.sendRequest("dslc/python", { uri: client.code2ProtocolConverter.asUri(uri), style }) : undefined,
  );
  stop = async () => client?.dispose().catch(() => undefined);
  context.subscriptions.push(
    output,
    status,
    drawn,
    written,
    vscode.commands.registerCommand("dslc.restart", start),
    vscode.commands.registerCommand("dslc.showPicture", drawn.show),
    vscode.commands.registerCommand("dslc.showPython", (style: unknown) => written.show(typeof style === "string" ? style : undefined)),
    vscode.commands.registerCommand("dslc.buildProject", async () => {
      await saved();
      return client?.sendRequest("workspace/executeCommand", { command: "dslc.build", arguments: [] });
    }),
    vscode.commands.registerCommand("dslc.showOutput", () => output.show()),
    vscode.workspace.onDidGrantWorkspaceTrust(start),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("dslc.server.command")) await start();
    }),
    ...detection(),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await stop?.();
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(LANGUAGE);
}

/** A build reads what is on the disk. */
async function saved(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (document.languageId === LANGUAGE && document.isDirty && !document.isUntitled) await document.save();
  }
}

function folder(): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
}

function options(output: vscode.LogOutputChannel): LanguageClientOptions {
  return {
    documentSelector: [{ language: LANGUAGE }],
    outputChannel: output,
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.kdl") },
    middleware: {
      // the commands of the server, which are those of the editor, too: about the document that is looked at unless they say which
      executeCommand: async (command, args, next) => {
        await saved();
        const active = vscode.window.activeTextEditor?.document.uri;
        return next(command, args.length || !active ? args : [active.toString()]);
      },
    },
  };
}

async function askForServer(command: string[], reason: unknown): Promise<void> {
  const set = "Say where it is";
  const said = await vscode.window.showErrorMessage(
    `\`${command.join(" ")}\` does not start (${reason instanceof Error ? reason.message : reason}). Install it with pip install 'dslc[lsp]', or say where it is.`,
    set,
  );
  if (said === set) await vscode.commands.executeCommand("workbench.action.openSettings", "dslc.server.command");
}

/** Gives a .kdl document its language once, when it is first seen: what somebody chooses by hand afterwards stands. */
function detection(): vscode.Disposable[] {
  const seen = new Set<string>();
  const look = async (document: vscode.TextDocument): Promise<void> => {
    const { languageId, uri } = document;
    if (!uri.path.endsWith(".kdl") || (languageId !== LANGUAGE && languageId !== OTHER)) return;
    if (seen.has(uri.toString()) || !settings().get("detectByText", true)) return;
    seen.add(uri.toString());
    const model = isModel(uri.path, document.getText());
    if (model === (languageId === LANGUAGE)) return;
    const known = await vscode.languages.getLanguages();
    const language = model ? LANGUAGE : known.includes(OTHER) ? OTHER : "plaintext";
    await vscode.languages.setTextDocumentLanguage(document, language);
  };
  vscode.workspace.textDocuments.forEach(look);
  return [vscode.workspace.onDidOpenTextDocument(look)];
}
