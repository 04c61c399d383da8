/**
 * Randomness without state: the same seed and the same key give the same value, in any order of asking, so
 * that history is a function of (seed, time).
 */
export interface Random {
  /** In [0, 1). */
  unit(key: string, step?: number): number;
  /** `unit` for one key, for those who ask it very often. */
  stream(key: string): (step: number) => number;
  /** An integer in [from, to]. */
  int(from: number, to: number, key: string, step?: number): number;
  /** `length` characters of `alphabet`. */
  text(length: number, alphabet: string, key: string): string;
  uuid(key: string): string;
}

/** The alphabet of Kubernetes' generated names: no vowels, nothing that reads as another. */
export const NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
export const HEX_ALPHABET = "0123456789abcdef";

export function createRandom(seed: number): Random {
  const keyHashes = new Map<string, number>();
  const hashOf = (key: string): number => {
    const known = keyHashes.get(key);
    if (known !== undefined) return known;
    const made = hashText(key, seed);
    // Keys come from data, not from requests; the bound only guards a sandbox that runs for days.
    if (keyHashes.size >= 50_000) keyHashes.clear();
    keyHashes.set(key, made);
    return made;
  };
  const unit = (key: string, step = 0): number =>
    mix(hashOf(key) ^ Math.imul(step | 0, 0x9e3779b1)) / 2 ** 32;
  const stream = (key: string): ((step: number) => number) => {
    const hash = hashText(key, seed);
    return (step) => mix(hash ^ Math.imul(step | 0, 0x9e3779b1)) / 2 ** 32;
  };
  const text = (length: number, alphabet: string, key: string): string =>
    Array.from({ length }, (_, i) => alphabet[Math.floor(unit(key, i + 1) * alphabet.length)]).join("");
  return {
    unit,
    stream,
    text,
    int: (from, to, key, step) => from + Math.floor(unit(key, step) * (to - from + 1)),
    uuid(key) {
      const hex = text(32, HEX_ALPHABET, `uuid ${key}`);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}

/** FNV-1a, with the seed stirred in. */
function hashText(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ mix(seed | 0);
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The finalizer of MurmurHash3: every input bit reaches every output bit. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
