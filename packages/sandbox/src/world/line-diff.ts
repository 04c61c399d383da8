const CONTEXT = 3;

/**
 * The change from one text to another as one hunk of a unified diff (what lies between the first and the last
 * line that differ), in the form of GitHub's `patch`.
 */
export function lineDiff(
  before: string,
  after: string,
): { patch: string; additions: number; deletions: number } {
  const [oldLines, newLines] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < oldLines.length && head < newLines.length && oldLines[head] === newLines[head]) head++;
  let tail = 0;
  const shorter = Math.min(oldLines.length, newLines.length);
  while (tail < shorter - head && oldLines.at(-1 - tail) === newLines.at(-1 - tail)) tail++;

  const from = Math.max(0, head - CONTEXT);
  const removed = oldLines.slice(head, oldLines.length - tail);
  const added = newLines.slice(head, newLines.length - tail);
  const following = oldLines.slice(oldLines.length - tail, oldLines.length - tail + CONTEXT);
  const body = [
    ...oldLines.slice(from, head).map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...following.map((line) => ` ${line}`),
  ];
  const shared = head - from + following.length;
  const range = (count: number): string => (count === 0 ? "0,0" : `${from + 1},${count}`);
  const header = `@@ -${range(removed.length + shared)} +${range(added.length + shared)} @@`;
  return { patch: [header, ...body].join("\n"), additions: added.length, deletions: removed.length };
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  return text.replace(/\n$/, "").split("\n");
}
