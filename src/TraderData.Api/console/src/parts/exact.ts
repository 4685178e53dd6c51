// Prices have up to 18 digits and a double holds 15: numbers of an answer become the text that the server wrote.

const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Reads JSON with its numbers as text. */
export function parseExact(json: string): unknown {
  return JSON.parse(json.replace(token, (text) => (text.startsWith('"') ? text : `"${text}"`)));
}

/** How many digits stand behind the point. */
export function decimals(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}
