/**
 * The values of several JSON documents that stand after each other, with or without commas or lines between them, as
 * `kubectl get a -o json; kubectl get b -o json` leaves them; null where one of them is no JSON or is cut off.
 */
export function jsonDocuments(content: string): readonly unknown[] | null {
  const values: unknown[] = [];
  for (let at = start(content, 0); at < content.length; ) {
    const end = endOf(content, at);
    if (end === undefined) return null;
    try {
      values.push(JSON.parse(content.slice(at, end)));
    } catch {
      return null;
    }
    at = start(content, end);
  }
  return values;
}

function start(content: string, from: number): number {
  let at = from;
  while (at < content.length && /[\s,]/.test(content.charAt(at))) at++;
  return at;
}

/** Behind the bracket that closes the one at `from`. */
function endOf(content: string, from: number): number | undefined {
  let depth = 0;
  let isText = false;
  for (let at = from; at < content.length; at++) {
    const letter = content.charAt(at);
    if (isText) {
      if (letter === "\\") at++;
      else if (letter === '"') isText = false;
    } else if (letter === '"') isText = true;
    else if (letter === "{" || letter === "[") depth++;
    else if ((letter === "}" || letter === "]") && --depth === 0) return at + 1;
    // Between documents stands nothing else.
    else if (depth === 0) return undefined;
  }
  return undefined;
}
