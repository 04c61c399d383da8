import type { Container, PodTemplate } from "@oncall/backends";
import type { Static } from "typebox";
import type { Change } from "../outputs/index.ts";
import { checkOf, probeKinds } from "./probes.ts";

type Facts = ReadonlyMap<string, string>;

/** Written by controllers or by tools for themselves; no change of what runs. */
const NOISE =
  /^(?:annotation|label)\.(?:pod-template-hash|kubectl\.kubernetes\.io\/last-applied-configuration)$/;
const SECRET = /(?:password|passwd|pwd|secret|token|api_?key|access_?key|private_?key|credentials?)$/i;

/**
 * What differs between two pod templates, as `image`, `env.NAME`, `envFrom`, `resources.limits.memory`, `args`,
 * `command`, `readinessProbe`, `volume.NAME` (the ConfigMap or Secret it holds), `annotation.NAME`; with the
 * container's name before it where there is more than one. Secrets' values are masked.
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
  for (const { name, configMap, secret } of spec?.volumes ?? []) {
    if (configMap?.name !== undefined) facts.set(`volume.${name}`, `from configMap ${configMap.name}`);
    if (secret?.secretName !== undefined) facts.set(`volume.${name}`, `from secret ${secret.secretName}`);
  }
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
    add(`env.${name}`, valueFrom === undefined ? (value ?? "") : sourceOf(valueFrom));
  }
  if (container.envFrom !== undefined) add("envFrom", container.envFrom.map(sourceOf).join(", "));
  for (const kind of probeKinds) {
    const probe = container[`${kind}Probe`];
    if (probe === undefined) continue;
    const { periodSeconds, timeoutSeconds, failureThreshold, initialDelaySeconds } = probe;
    const times = { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold };
    const set = Object.entries(times).filter(([, value]) => value !== undefined);
    add(`${kind}Probe`, [checkOf(probe), ...set.map(([name, value]) => `${name} ${value}`)].join(", "));
  }
  for (const kind of ["limits", "requests"] as const) {
    for (const [name, value] of Object.entries(container.resources?.[kind] ?? {})) {
      add(`resources.${kind}.${name}`, value);
    }
  }
}

/** Where a value comes from: `from configMap shop-config-v2, key pool`; what is not known as it stands. */
function sourceOf(from: unknown): string {
  if (typeof from !== "object" || from === null) return "from nowhere";
  for (const [kind, name] of [
    ["configMapKeyRef", "configMap"],
    ["secretKeyRef", "secret"],
    ["configMapRef", "configMap"],
    ["secretRef", "secret"],
  ] as const) {
    const reference: unknown = Reflect.get(from, kind);
    if (typeof reference !== "object" || reference === null) continue;
    const key: unknown = Reflect.get(reference, "key");
    return `from ${name} ${String(Reflect.get(reference, "name"))}${key === undefined ? "" : `, key ${String(key)}`}`;
  }
  return `from ${JSON.stringify(from)}`;
}
