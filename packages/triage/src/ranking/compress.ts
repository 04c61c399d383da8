const COMPRESSION = 12;

/** One huge count must not outvote everything: beyond about a dozen bits each counts ever less. */
export function compress(bits: number): number {
  return COMPRESSION * Math.log2(1 + bits / COMPRESSION);
}
