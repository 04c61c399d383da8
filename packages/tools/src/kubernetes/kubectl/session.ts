import { parseAllDocuments } from "yaml";
import type { ContainerLogs } from "../checks/cluster.ts";
import { dig, list, text } from "../checks/raw.ts";
import { plural, quote, some } from "../checks/words.ts";
import { type Block, blocksOf } from "./blocks.ts";
import { described } from "./described.ts";
import { listed } from "./listed.ts";
import { headlessRows } from "./rows.ts";

/** What a terminal's text holds of a cluster. */
export interface KubectlText {
  /** No earlier than this was the text printed, in milliseconds since the epoch; ages and times in it say so. */
  readonly readAfter: number | undefined;
  /** Objects in the API's shape, those that are told most of first; ages count back from `now`. */
  objects(now: Date): object[];
  /** By `namespace/pod/container`, or `pod` where the command named no container. */
  readonly logs: ReadonlyMap<string, ContainerLogs>;
  /** What was not understood, in words. */
  readonly notes: readonly string[];
}

/** Told most of first: of one object told of twice, the first counts. */
const forms: readonly Block["form"][] = ["json", "yaml", "describe", "table", "rows"];

/**
 * Reads what an engineer copies from a terminal: `kubectl get` as a table, with `-o wide`, `-o yaml` or `-o json`,
 * `kubectl describe`, `kubectl events`, and `kubectl logs` under the command that was typed; several of them after each
 * other, with the prompts or without.
 */
export function readKubectl(content: string): KubectlText {
  const blocks = blocksOf(content);
  const texts = blocks.filter(({ form }) => form !== "log");
  const after = texts
    .filter(({ form }) => form === "describe")
    .flatMap(({ lines, command }) => described(lines, command).readAfter ?? []);
  const unread = texts.filter((block) => objectsOf(block, 0) === undefined);
  const logs = logsOf(blocks);
  return {
    readAfter: after.length === 0 ? undefined : Math.max(...after),
    objects(now) {
      const objects = forms.flatMap((form) =>
        texts
          .filter((block) => block.form === form)
          .flatMap((block) => objectsOf(block, now.getTime()) ?? []),
      );
      return withLogged(placed(distinct(objects)), blocks);
    },
    logs,
    notes:
      unread.length === 0
        ? []
        : [
            `${plural(unread.length, "stretch", "stretches")} of the text could not be read as objects and ${unread.length === 1 ? "was" : "were"} passed over: ${some(unread.map(beginOf), 5)}.`,
          ],
  };
}

/** How a stretch begins, for who looks for it; of YAML that is broken, what is wrong with it. */
function beginOf({ form, command, lines }: Block): string {
  const first = lines.find((line) => line.trim() !== "") ?? "";
  const [error] =
    form === "yaml" || form === "json"
      ? parseAllDocuments(lines.join("\n"), { logLevel: "silent", uniqueKeys: false }).flatMap(
          (document) => document.errors ?? [],
        )
      : [];
  const typed = command === undefined ? "" : `kubectl ${command.verb} ${command.typedKind ?? ""}`.trim();
  return error === undefined
    ? `"${typed || quote(first, 60)}"`
    : `"${quote(first, 60)}" (${quote(error.message, 120)})`;
}

function objectsOf({ form, lines, command }: Block, now: number): object[] | undefined {
  if (form === "describe") return described(lines, command).objects(now);
  if (form === "table") return listed(lines, command, now);
  if (form === "rows") return headlessRows(lines, command, now);
  return documentsIn(lines.join("\n"));
}

/** JSON is YAML too. Documents that are no objects of Kubernetes are not understood. */
function documentsIn(content: string): object[] | undefined {
  const values = parseAllDocuments(content, { logLevel: "silent", uniqueKeys: false })
    .filter(({ errors }) => errors.length === 0)
    .map((document): unknown => document.toJS())
    .filter((value): value is object => typeof value === "object" && value !== null);
  const known = values.filter((value) => text(value, "kind") !== "" || list(value, "items").length > 0);
  return known.length === 0 ? undefined : known;
}

/** Events that two commands printed are one. */
function distinct(objects: readonly object[]): object[] {
  const seen = new Set<string>();
  return objects.filter((object) => {
    if (text(object, "kind") !== "Event") return true;
    const about = dig(object, "involvedObject");
    const key = `${text(about, "kind")} ${text(about, "name")} ${text(object, "reason")} ${text(object, "message")}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** A table that names no namespace may tell of an object that another names with its own. */
function placed(objects: readonly object[]): object[] {
  const key = (object: object) => `${text(object, "kind")} ${text(object, "metadata", "name")}`;
  const inNamespace = new Set(
    objects.filter((object) => text(object, "metadata", "namespace") !== "").map(key),
  );
  return objects.filter(
    (object) =>
      text(object, "metadata", "namespace") !== "" ||
      text(object, "kind") === "Event" ||
      !inNamespace.has(key(object)),
  );
}

function logsOf(blocks: readonly Block[]): Map<string, ContainerLogs> {
  const logs = new Map<string, ContainerLogs>();
  for (const { form, command, lines } of blocks) {
    if (form !== "log" || command?.name === undefined) continue;
    const { namespace, name, container, previous } = command;
    const key = container === "" ? name : `${namespace === "" ? "" : `${namespace}/`}${name}/${container}`;
    const known = logs.get(key) ?? { current: [], previous: [] };
    const which = previous ? "previous" : "current";
    // The same log, read twice or filtered, tells nothing more.
    const fresh = known[which].length === 0 || !known[which].join("\n").includes(lines.join("\n").trim());
    if (fresh) logs.set(key, { ...known, [which]: [...known[which], ...lines] });
  }
  return logs;
}

/** A pod of which only the log was printed. */
function withLogged(objects: readonly object[], blocks: readonly Block[]): object[] {
  const known = new Set(objects.map((object) => text(object, "metadata", "name")));
  const bare = blocks
    .filter(({ form, command }) => form === "log" && command?.name !== undefined && !known.has(command.name))
    .map(({ command }) => ({
      kind: "Pod",
      metadata: { name: command?.name, namespace: command?.namespace ?? "" },
    }));
  return [...objects, ...bare];
}
