// The program that lays graphs out (ELK). In: its text, packed. Out: a function that answers a graph with the same graph and its places.
//
// It runs in a worker, so that the page answers meanwhile. Where no worker may be made (some notebooks, some policies), it runs here.

/** Starts ELK; graphs may be asked for at once. */
export function started(packed) {
  const engine = unpacked(packed).then((text) => inWorker(text).catch(() => here(text)));
  engine.catch(() => undefined); // whoever asks is told
  return async (graph) => {
    const { data } = await (await engine)({ cmd: "layout", graph, layoutOptions: {}, options: {} });
    return data;
  };
}

/** The text of the program, which the page carries as base64 of gzip. */
async function unpacked(packed) {
  const bytes = Uint8Array.from(atob(packed.trim()), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

async function inWorker(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const worker = new Worker(address);
  const refused = new Promise((_, reject) => {
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error("no worker"));
    };
  });
  const ask = questions(worker);
  await Promise.race([ask(REGISTER), refused]);
  URL.revokeObjectURL(address);
  return ask;
}

async function here(text) {
  const script = document.createElement("script");
  // ELK leaves its stand-in for a worker where modules of Node leave what they export
  const names = ["module", "exports"];
  const before = names.map((name) => window[name]);
  const module = { exports: {} };
  Object.assign(window, { module, exports: module.exports });
  script.textContent = text;
  document.head.append(script);
  script.remove();
  names.forEach((name, at) => (before[at] === undefined ? delete window[name] : (window[name] = before[at])));
  if (!module.exports.Worker) throw new Error("the program that lays pictures out may not run here");
  const ask = questions(new module.exports.Worker());
  await ask(REGISTER);
  return ask;
}

const REGISTER = { cmd: "register", algorithms: ["layered"] };

/** Sends questions to a worker, each with a number that its answer has. */
function questions(worker) {
  const waiting = new Map();
  let last = 0;
  worker.onmessage = ({ data: answer }) => {
    const { resolve, reject } = waiting.get(answer.id) ?? {};
    waiting.delete(answer.id);
    if (answer.error) reject?.(new Error(answer.error.message ?? "ELK cannot lay this out"));
    else resolve?.(answer);
  };
  return (question) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ ...question, id: last });
    });
}
