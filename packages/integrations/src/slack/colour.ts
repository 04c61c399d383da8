/** What a sender says by a colour. */
export type Tone = "bad" | "doubtful" | "calm";

const named: Readonly<Record<string, Tone>> = { danger: "bad", warning: "doubtful", good: "calm" };
const LEAST_SATURATION = 0.3;

/** The tone of an attachment's colour (`danger`, `#d63232`): red is bad, yellow doubtful, green and blue calm. */
export function toneOf(color: string | undefined): Tone | undefined {
  const word = (color ?? "").toLowerCase().replace(/^#/, "");
  const [r, g, b] = (/^[0-9a-f]{6}$/.test(word) ? (word.match(/../g) ?? []) : []).map((part) =>
    Number.parseInt(part, 16),
  );
  if (r === undefined || g === undefined || b === undefined) return named[word];
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  if (most === 0 || (most - least) / most < LEAST_SATURATION) return undefined;
  const hue = hueOf(r, g, b, most, most - least);
  if (hue < 16 || hue >= 330) return "bad";
  if (hue < 66) return "doubtful";
  return hue < 230 ? "calm" : undefined;
}

/** In degrees: red is 0, yellow 60, green 120, blue 240. */
function hueOf(r: number, g: number, b: number, most: number, range: number): number {
  const sixth =
    most === r ? ((g - b) / range + 6) % 6 : most === g ? (b - r) / range + 2 : (r - g) / range + 4;
  return sixth * 60;
}
