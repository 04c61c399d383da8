import type { Container, PodTemplate } from "@oncall/backends";
import type { Static } from "typebox";
import type { Change } from "../read/outputs.ts";

type Facts = ReadonlyMap<string, string>;

/** Written by controllers or by tools for themselves; no change of what runs. */
const NOISE =
  /^(?:annotation|label)\.(?:pod-template-hash|kubectl\.kubernetes\.io\/last-applied-configuration)$/;
const SECRET = /(?:password|passwd|pwd|secret|token|api_?key|access_?key|private_?key|credentials?)$/i;

/**
 * What differs between two pod templates, as `image`, `env.NAME`, `resources.limits.memory`, `args`, `command`,
 * `annotation.NAME`; with the container's name before it where there is more than one. Secrets' values are masked.
 */
export function templateChanges(before: PodTemplate, after: PodTemplate): Static<typeof Change>[] {
  const [old, now] = [factsOf(before), factsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((what) => old.get(what) !== now.get(what) && !NOISE.test(what))
    .sort()
    .map((what) => toChange(what, old.get(what) ?? null, now.get(what) ?? null));
}

/** A difference whose values are hidden when its name says that they are secret. */
export function toChange(what: string, from: string | null, to: string | null): Static<typeof Change> {
  const shown = (value: string | null): string | null =>
    value !== null && SECRET.test(what) && !value.startsWith("from ") ? "[redacted]" : value;
  return { what, from: shown(from), to: shown(to) };
}

function factsOf({ metadata, spec }: PodTemplate): Facts {
  const facts = new Map<string, string>();
  for (const [name, value] of Object.entries(metadata?.annotations ?? {}))
    facts.set(`annotation.${name}`, value);
  for (const [name, value] of Object.entries(metadata?.labels ?? {})) facts.set(`label.${name}`, value);
  const containers = spec?.containers ?? [];
  for (const container of containers)
    addContainer(facts, container, containers.length > 1 ? `${container.name}.` : "");
  for (const container of spec?.initContainers ?? [])
    addContainer(facts, container, `init.${container.name}.`);
  return facts;
}

function addContainer(facts: Map<string, string>, container: Container, prefix: string): void {
  const add = (what: string, value: string | undefined): void => {
    if (value !== undefined) facts.set(prefix + what, value);
  };
  add("image", container.image);
  add("command", container.command?.join(" "));
  add("args", container.args?.join(" "));
  for (const { name, value, valueFrom } of container.env ?? []) {
    add(`env.${name}`, valueFrom === undefined ? (value ?? "") : `from ${JSON.stringify(valueFrom)}`);
  }
  if (container.envFrom !== undefined) add("envFrom", JSON.stringify(container.envFrom));
  for (const kind of ["limits", "requests"] as const) {
    for (const [name, value] of Object.entries(container.resources?.[kind] ?? {})) {
      add(`resources.${kind}.${name}`, value);
    }
  }
}
