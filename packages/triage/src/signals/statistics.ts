/**
 * Bits of a G-test: how surprising the second count is if both come from the same share. `hits` of `of` each, before
 * and now; half a case is added to every cell so that nothing is ever impossible.
 */
export function shareBits(hitsBefore: number, before: number, hitsNow: number, now: number): number {
  const [a, b] = [hitsBefore + 0.5, before - hitsBefore + 0.5];
  const [c, d] = [hitsNow + 0.5, now - hitsNow + 0.5];
  const total = a + b + c + d;
  const cell = (seen: number, row: number, column: number): number =>
    seen <= 0 ? 0 : seen * Math.log((seen * total) / (row * column));
  const nats = cell(a, a + b, a + c) + cell(b, a + b, b + d) + cell(c, c + d, a + c) + cell(d, c + d, b + d);
  return Math.max(0, nats / Math.LN2);
}
