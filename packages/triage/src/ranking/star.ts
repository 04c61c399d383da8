import type { LinkSign } from "../signals/sign.ts";
import { compress } from "./compress.ts";

/**
 * Where anomalous links meet: per service the anomalous share of all anomaly that touches its links, against how many
 * links it has (Ochiai's coverage), times its strongest link. A hub with one bad link of twenty scores low; so does
 * the far end of one.
 */
export function starPoints(links: readonly LinkSign[]): ReadonlyMap<string, number> {
  let anomaly = 0;
  const at = new Map<string, { anomaly: number; links: number; bits: number }>();
  for (const { caller, callee, bits } of strongestLinks(links)) {
    const chance = 1 - 2 ** -Math.max(0, bits);
    anomaly += chance;
    for (const service of [caller, callee]) {
      const so = at.get(service) ?? { anomaly: 0, links: 0, bits: 0 };
      at.set(service, { anomaly: so.anomaly + chance, links: so.links + 1, bits: Math.max(so.bits, bits) });
    }
  }
  if (anomaly === 0) return new Map();
  return new Map(
    [...at].map(([service, end]) => [
      service,
      (end.anomaly / Math.sqrt(anomaly * end.links)) * compress(end.bits),
    ]),
  );
}

/** One of each call, the most anomalous; several signals may tell of one. */
export function strongestLinks(links: readonly LinkSign[]): Iterable<LinkSign> {
  const strongest = new Map<string, LinkSign>();
  for (const link of links) {
    if (link.caller === link.callee) continue;
    const key = `${link.caller}\n${link.callee}`;
    if (link.bits >= (strongest.get(key)?.bits ?? 0)) strongest.set(key, link);
  }
  return strongest.values();
}
