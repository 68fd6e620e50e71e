// Which of two languages a .kdl file is in. In: its name and its text. Out: whether it is a model of dslc.

const ITEM = /^(?:(?:block|extern|fn|model|use)[ \t]+[A-Za-z_]|[A-Za-z_]\w*[ \t]*=)/m;
const LINES = 200;

/** Whether a text is a model, not a document of the KDL Document Language (kdl.dev); an empty one will be a model. */
export function isModel(path: string, text: string): boolean {
  const head = text.split(/\r?\n/, LINES).join("\n").replace(/^\ufeff/, "");
  const first = head.trimStart();
  return path.endsWith(".model.kdl") || first === "" || /^("""|'''|#)/.test(first) || ITEM.test(head);
}
