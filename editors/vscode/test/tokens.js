// Tokenises .kdl files by the TextMate grammar, as the editor does.
// In: a JSON array of paths on standard input. Out: for each file its lines, each a list of [start, end, scopes].

const fs = require("fs");
const path = require("path");
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const SYNTAXES = path.join(__dirname, "..", "syntaxes");

async function main() {
  const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      const file = path.join(SYNTAXES, "dslc.tmLanguage.json");
      return scope === "source.dslc" ? textmate.parseRawGrammar(fs.readFileSync(file, "utf8"), file) : null;
    },
  });
  const grammar = await registry.loadGrammar("source.dslc");
  const told = JSON.parse(fs.readFileSync(0, "utf8")).map((file) => {
    let stack = textmate.INITIAL;
    return fs.readFileSync(file, "utf8").split("\n").map((line) => {
      const made = grammar.tokenizeLine(line, stack);
      stack = made.ruleStack;
      return made.tokens.map((token) => [token.startIndex, token.endIndex, token.scopes.slice(1)]);
    });
  });
  process.stdout.write(JSON.stringify(told));
}

main();
