import {
  KUBERNETES_LIMITS,
  type KubernetesBackend,
  type KubernetesObject,
  type ObjectKind,
} from "@oncall/backends";
import { type ErrorKind, toAppError } from "@oncall/core";
import { boundReached } from "../bounds.ts";
import type { Unread } from "../partly.ts";

/** Objects by kind, read for what they say of pods; what was not read whole says nothing by its absence. */
export interface Surroundings {
  readonly objects: Map<string, readonly KubernetesObject[]>;
  /** Kinds of which all objects were read. */
  readonly whole: Set<string>;
  readonly unread: Unread[];
  readonly bounds: string[];
}

export function noSurroundings(): Surroundings {
  return { objects: new Map(), whole: new Set(), unread: [], bounds: [] };
}

/**
 * Reads these kinds at once into `into`. A kind that may not be read is said and left out; so is one that hangs, once
 * the tool's signal, which comes before its deadline, has ended it.
 */
export async function readKinds(
  kubernetes: KubernetesBackend,
  ref: { readonly cluster: string; readonly namespace: string },
  kinds: readonly ObjectKind[],
  into: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  // The same refusal of several kinds is one line.
  const failed = new Map<ErrorKind, { readonly names: string[]; readonly why: string }>();
  await Promise.all(
    kinds.map(async (kind) => {
      try {
        const found = (await kubernetes.objectsIn(ref, kind, signal)) ?? [];
        const limit = kind === "Node" ? KUBERNETES_LIMITS.nodes : KUBERNETES_LIMITS.objects;
        into.objects.set(kind, [...(into.objects.get(kind) ?? []), ...found]);
        if (found.length < limit) into.whole.add(kind);
        // Of nodes the missing ones are asked for by name.
        else if (kind !== "Node")
          into.bounds.push(...boundReached("first", pluralOf(kind), found.length, limit));
      } catch (thrown) {
        const failure = toAppError(thrown);
        if (failure.kind === "bug") throw thrown;
        const known = failed.get(failure.kind) ?? { names: [], why: failure.message };
        known.names.push(pluralOf(kind));
        failed.set(failure.kind, known);
      }
    }),
  );
  for (const { names, why } of failed.values()) into.unread.push({ what: names.sort().join(", "), why });
}

/** `nodes`, `Ingresses`, `NetworkPolicies`. */
export function pluralOf(kind: string): string {
  if (kind === "Node") return "nodes";
  if (kind.endsWith("y")) return `${kind.slice(0, -1)}ies`;
  return kind.endsWith("s") ? `${kind}es` : `${kind}s`;
}
