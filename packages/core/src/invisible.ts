/**
 * Characters that people do not see and machines obey: control characters (terminal escapes begin with one), those
 * that change the direction of writing, zero-width ones, and the tag characters that spell hidden words. Newline and
 * tab are not among them.
 */
const invisible = new RegExp(
  [
    "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f", // C0 and C1 controls
    "\\u2028\\u2029", // line breaks that few know
    "\\u115f\\u1160\\u17b4\\u17b5\\u3164\\uffa0", // fillers
    "\\p{Cf}", // format characters: zero-width, direction, tags
    "\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]", // variation selectors, which can carry bytes
  ].join(""),
  "gu",
);
/** CSI sequences whole, so that no remainder such as `[31m` stays behind. */
const terminalSequence = new RegExp(["(?:\\u001b\\[|\\u009b)", "[0-9;?]{0,40}[A-Za-z]"].join(""), "g");

export function hasInvisible(text: string): boolean {
  return text.search(invisible) !== -1;
}

/** Leaves them out. */
export function withoutInvisible(text: string): string {
  return text.replace(terminalSequence, "").replace(invisible, "");
}

/** Shows them as JSON would write them (`\u001b`); what is JSON stays the same JSON. */
export function showInvisible(text: string): string {
  return text.replace(invisible, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
