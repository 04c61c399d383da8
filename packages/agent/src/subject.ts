import type { ServiceIndex } from "@oncall/catalog";

/** What a question is about, by the catalog. */
export type Subject =
  | { readonly kind: "service"; readonly name: string }
  /** Something that services declare and that has no entry of its own, such as postgres-orders. */
  | { readonly kind: "dependency"; readonly name: string }
  | { readonly kind: "resource"; readonly id: string; readonly service: string }
  /** Written like a name, and known to nobody. */
  | { readonly kind: "unknown"; readonly name: string };

/** What was named, as a person would say it. */
export function nameOf(subject: Subject): string {
  return subject.kind === "resource" ? subject.id : subject.name;
}

/** The service to ask about it: of a resource its owner. */
export function serviceOf(subject: Subject): string {
  return subject.kind === "resource" ? subject.service : subject.name;
}

/** The names that questions are held against. */
export interface Known {
  service(name: string): string | null;
  dependency(name: string): string | null;
  /** The service that owns a resource id. */
  ownerOf(id: string): string | null;
}

export function knownNames(index: ServiceIndex): Known {
  const dependencies = new Map(
    index.entries.flatMap(({ dependencies: all }) =>
      all.map(({ name }) => [name.toLowerCase(), name] as const),
    ),
  );
  return {
    service: (name) => index.find(name)?.name ?? null,
    dependency: (name) => dependencies.get(name.toLowerCase()) ?? null,
    ownerOf: (id) => index.ownerOf(id)?.service.name ?? null,
  };
}

/** The subject that these words name, all of them; null when they are no name. */
export function subjectOf(words: string, known: Known): Subject | null {
  const name = words
    .replace(/^(?:the|our|my) /i, "")
    .replace(/'s$/i, "")
    .trim();
  const found = exactly(name, known) ?? spelled(name.split(" ").slice(0, LONGEST_NAME + 1), known);
  if (found !== null) return found;
  return /^[\w.]+(?:-[\w.]+)+$/.test(name) ? { kind: "unknown", name } : null;
}

/** The first thing a text names; what is written out as a name goes before words that could be meant as one. */
export function mentioned(text: string, known: Known): Subject | null {
  const words = [...text.matchAll(/[\w.:/-]*\w/g)].map(([word]) => word).slice(0, MAX_WORDS);
  for (const word of words) {
    const found = exactly(word, known);
    if (found !== null) return found;
  }
  for (let first = 0; first < words.length; first++) {
    for (let size = LONGEST_NAME; size > 0; size--) {
      const found = first + size > words.length ? null : spelled(words.slice(first, first + size), known);
      if (found !== null) return found;
    }
  }
  return null;
}

const MAX_WORDS = 100;
/** In words: "order service", "the api gateway of europe". */
const LONGEST_NAME = 4;

function exactly(name: string, known: Known): Subject | null {
  const service = known.service(name);
  if (service !== null) return { kind: "service", name: service };
  const dependency = known.dependency(name);
  if (dependency !== null) return { kind: "dependency", name: dependency };
  const owner = /\d/.test(name) ? known.ownerOf(name) : null;
  return owner === null ? null : { kind: "resource", id: name, service: owner };
}

/** A name as people say it: "order service" or "order" for order-service, "api" for nothing. */
function spelled(words: readonly string[], known: Known): Subject | null {
  const joined = words.join("-");
  for (const name of [joined, joined.replace(/-service$/i, ""), `${joined}-service`]) {
    const service = known.service(name);
    if (service !== null) return { kind: "service", name: service };
  }
  const dependency = known.dependency(joined);
  return dependency === null ? null : { kind: "dependency", name: dependency };
}
