import type { Direction, Family, LinkSign, Sign } from "../signals/sign.ts";
import { compress } from "./compress.ts";
import type { CallIndex } from "./service-graph.ts";
import { strongestLinks } from "./star.ts";

const HALF = 0.5;
// What a service does to others or gets from them: mostly symptoms.
const mostlySymptoms: ReadonlySet<Family> = new Set(["traffic", "network", "syscalls", "disk"]);
// Less of these than usual is what starving looks like.
const starvesDown: ReadonlySet<Family> = new Set(["cpu", "memory", "latency"]);
/** What travels from callee to caller. */
const travels: ReadonlySet<Family> = new Set(["latency", "errors"]);

/** The strongest sign of one family and direction at a service, after what its callees explain of it. */
export interface OwnSign extends Sign {
  readonly points: number;
}

/** Per service its strongest signs, one a family and direction, strongest first. */
export function ownSigns(
  signs: readonly Sign[],
  links: readonly LinkSign[],
  index: CallIndex,
): ReadonlyMap<string, readonly OwnSign[]> {
  const strongest = new Map<string, Map<string, Sign>>();
  for (const sign of signs) {
    if (!(sign.bits > 0)) continue;
    const of = strongest.get(sign.service) ?? new Map<string, Sign>();
    const key = `${sign.family} ${sign.direction}`;
    if (sign.bits > (of.get(key)?.bits ?? 0)) of.set(key, sign);
    strongest.set(sign.service, of);
  }
  const travelling = new Map([...strongest].map(([service, of]) => [service, travellingBits(of)] as const));
  const between = new Map(
    Array.from(strongestLinks(links), (link) => [`${link.caller}\n${link.callee}`, link.bits]),
  );
  return new Map(
    [...strongest].map(([service, of]) => {
      const explained = Math.max(
        0,
        ...index
          .callees(service)
          .map((callee) => Math.max(travelling.get(callee) ?? 0, between.get(`${service}\n${callee}`) ?? 0)),
      );
      const own = [...of.values()].map((sign): OwnSign => {
        const bits = isTravelling(sign) ? Math.max(0, sign.bits - explained) : sign.bits;
        return { ...sign, bits, points: weightOf(sign.family, sign.direction) * compress(bits) };
      });
      return [
        service,
        own
          .filter(({ bits }) => bits > 0)
          .sort((a, b) => b.points - a.points || (a.family < b.family ? -1 : 1)),
      ];
    }),
  );
}

function weightOf(family: Family, direction: Direction): number {
  return (
    (mostlySymptoms.has(family) ? HALF : 1) * (direction === "down" && starvesDown.has(family) ? HALF : 1)
  );
}

function isTravelling({ family, direction }: Sign): boolean {
  return travels.has(family) && direction === "up";
}

function travellingBits(of: ReadonlyMap<string, Sign>): number {
  return Math.max(0, ...[...of.values()].filter(isTravelling).map(({ bits }) => bits));
}
