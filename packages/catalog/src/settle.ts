import { isDeepStrictEqual } from "node:util";
import type { TransactionSql } from "postgres";
import type { ParsedService } from "./parse.ts";
import { overlaps } from "./patterns.ts";
import { type Plan, planChanges } from "./plan.ts";
import type { Problem } from "./problem.ts";
import type { PushEvent } from "./push.ts";
import { isOlderPush, type PushMark } from "./push-order.ts";
import type { FileOutcome } from "./sync-log.ts";
import {
  type CatalogWriter,
  catalogWriter,
  marksOf,
  type StoredPattern,
  type StoredService,
} from "./writer.ts";

/** A file as it is at the push's commit; null when it is gone. */
export interface ReadFile {
  readonly path: string;
  readonly parsed: ParsedService | null;
}

/** An overlap that another service's owners are told of, at their commit. */
export interface OverlapNotice {
  readonly other: StoredPattern;
  readonly service: string;
  readonly pattern: string;
}

export interface Settled {
  readonly files: readonly FileOutcome[];
  readonly notices: readonly OverlapNotice[];
}

/** Brings the catalog to what the push says, in one transaction that no other sync overlaps. */
export async function settle(
  tx: TransactionSql,
  push: PushEvent,
  read: readonly ReadFile[],
  at: Date,
): Promise<Settled> {
  const writer = catalogWriter(tx, push, at);
  await writer.lock();
  const marks = await marksOf(
    tx,
    push.repository,
    read.map(({ path }) => path),
  );
  const stale = read.filter(({ path }) => isStale(push, marks.get(path)));
  const current = read.filter((file) => !stale.includes(file));
  const valid = current.filter(({ parsed }) => parsed === null || parsed.definition !== null);
  const declared = valid.map(({ path, parsed }) => ({ path, name: parsed?.definition?.name ?? null }));

  const live = await writer.live(declared.flatMap(({ name }) => name ?? []));
  const plan = planChanges(push.repository, declared, live);
  const changed = await write(writer, push, plan, valid, live);
  const patterns = await writer.patterns();

  const notices: OverlapNotice[] = [];
  const files = current.map((file): FileOutcome => {
    const outcome = outcomeOf(push, file, plan, changed, live);
    if (outcome.outcome !== "synced" && outcome.outcome !== "unchanged") return outcome;
    const found = overlapsOf(file, patterns);
    notices.push(...found.map(({ notice }) => notice));
    return { ...outcome, warnings: [...outcome.warnings, ...found.map(({ warning }) => warning)] };
  });
  return { files: [...files, ...stale.map(({ path }) => staleOutcome(path, marks.get(path)))], notices };
}

/** Whether a file was already read as of a later push. */
export function isStale(push: PushEvent, mark: PushMark | undefined): boolean {
  return mark !== undefined && isOlderPush({ ...push, commit: push.after }, mark);
}

export function staleOutcome(path: string, mark: PushMark | undefined): FileOutcome {
  const message = `A later push (${mark?.commit.slice(0, 7)}) was read already; this one changes nothing.`;
  const warning = { line: 1, column: 1, key: "", message, mend: "Nothing to do." };
  return { path, service: null, outcome: "skipped", errors: [], warnings: [warning] };
}

/** Answers the paths whose entries changed. */
async function write(
  writer: CatalogWriter,
  push: PushEvent,
  plan: Plan,
  valid: readonly ReadFile[],
  live: readonly StoredService[],
): Promise<ReadonlySet<string>> {
  const definitions = new Map(valid.map(({ path, parsed }) => [path, parsed?.definition ?? null]));
  const accepted = [...plan.accepted].flatMap(([path, id]) => {
    const definition = definitions.get(path) ?? null;
    const before = live.find((service) => service.id === id);
    const same = before?.path === path && isDeepStrictEqual(before.definition, definition);
    return definition === null ? [] : [{ path, definition, before, same }];
  });
  const changed = accepted.filter(({ same }) => !same);
  const seenLater = accepted.flatMap(({ before, same }) =>
    same && before?.commit !== push.after && before ? [before] : [],
  );
  // Names and files may change hands within one push: all are freed before the first is taken again.
  await writer.free(changed.flatMap(({ before }) => before ?? []));
  await writer.archive(plan.archived);
  for (const { path, definition, before } of changed)
    await writer.store(before?.id ?? null, path, definition);
  for (const { id } of seenLater) await writer.confirm(id);
  await writer.mark([...definitions.keys()].filter((path) => !plan.refused.has(path)));
  if (changed.length + seenLater.length + plan.archived.length > 0) await writer.bumpVersion();
  return new Set(changed.map(({ path }) => path));
}

function outcomeOf(
  push: PushEvent,
  { path, parsed }: ReadFile,
  plan: Plan,
  changed: ReadonlySet<string>,
  live: readonly StoredService[],
): FileOutcome {
  const before = live.find((service) => service.repository === push.repository && service.path === path);
  if (parsed === null) {
    const gone = plan.archived.some((service) => service.path === path);
    return {
      path,
      service: before?.name ?? null,
      outcome: gone ? "archived" : "unchanged",
      errors: [],
      warnings: [],
    };
  }
  const { definition, errors, warnings } = parsed;
  if (definition === null)
    return { path, service: before?.name ?? null, outcome: "invalid", errors, warnings };
  const holder = plan.refused.get(path);
  if (holder !== undefined) {
    const message = `"${definition.name}" is claimed by ${holder.path} in ${holder.repository}; ${push.repository} cannot claim it in ${path} too.`;
    const mend = "Choose another name, or remove the other file first and push this one again.";
    const refusal = parsed.at(["name"], message, mend);
    return { path, service: definition.name, outcome: "refused", errors: [refusal], warnings };
  }
  const outcome = changed.has(path) ? "synced" : "unchanged";
  return { path, service: definition.name, outcome, errors: [], warnings };
}

function overlapsOf(
  { parsed }: ReadFile,
  patterns: readonly StoredPattern[],
): { notice: OverlapNotice; warning: Problem }[] {
  const definition = parsed?.definition;
  if (parsed === null || definition === null || definition === undefined) return [];
  return definition.resources.flatMap(({ pattern }, index) =>
    patterns
      .filter((other) => other.service !== definition.name && overlaps(pattern, other.pattern))
      .map((other) => ({
        notice: { other, service: definition.name, pattern },
        warning: parsed.at(
          ["resources", index, "pattern"],
          `"${pattern}" and "${other.pattern}" of ${other.service} can match the same id.`,
          `Agree with team ${other.team} (${other.slackChannel}) on who owns what; until then the more specific pattern wins.`,
        ),
      })),
  );
}
