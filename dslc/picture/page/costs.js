// What a box costs, as a colour. In: a box, a model, which cost. Out: its share of the model's, and how warm its colour is.

export const COSTS = { parameters: "parameters", flops: "FLOPs", none: "" };

/** What something costs; where that depends on sizes without a number, at the size of the example. Null where nobody knows. */
function number(of, cost) {
  const [, known, supposed] = of[cost] ?? [];
  return known ?? supposed ?? null;
}

/** Whether the shares of a cost are those at the size of the example. */
export function isSupposed(model, cost) {
  return model[cost]?.[1] === null && number(model, cost) !== null;
}

/** A box's share of the cost of its model; null where nobody knows one of both. */
export function share(box, model, cost) {
  const part = number(box, cost);
  const whole = number(model, cost);
  if (typeof part !== "number" || typeof whole !== "number") return null;
  return whole ? part / whole : 0;
}

/** How warm a share is, from 0 to 1: a hundredth can be told from nothing. */
export function warmth(share) {
  return Math.min(1, Math.sqrt(share ?? 0));
}

/** A share as its reader would say it. */
export function percent(share) {
  if (share === 0) return "0 %";
  if (share < 0.001) return "less than 0.1 %";
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}
