/** A live service, as far as who holds which name goes. */
export interface Holder {
  readonly id: string;
  readonly name: string;
  readonly repository: string;
  readonly path: string;
}

/** A file as the push leaves it: the name it declares, or null when it is gone. */
export interface DeclaredFile {
  readonly path: string;
  readonly name: string | null;
}

export interface Plan {
  /** The service that each accepted file is a new state of; null when it is none of the live ones. */
  readonly accepted: ReadonlyMap<string, string | null>;
  /** Files whose name somebody else holds. */
  readonly refused: ReadonlyMap<string, { readonly repository: string; readonly path: string }>;
  /** Services that no file declares any more. */
  readonly archived: readonly Holder[];
}

/**
 * Which service each file of one push belongs to. A service is known by its name; where the name at a path
 * changed, the path keeps it one service. So a moved file, a changed name and two files that swap names
 * all keep their histories, while a name that stays with another file is refused. Pure.
 */
export function planChanges(
  repository: string,
  files: readonly DeclaredFile[],
  live: readonly Holder[],
): Plan {
  const holders = new Map(live.map((holder) => [holder.name, holder]));
  const here = new Map(live.filter((h) => h.repository === repository).map((h) => [h.path, h]));
  // Who has a name already goes first, then by path, so that the order of the push decides nothing.
  let standing = [...files].sort(
    (a, b) =>
      Number(here.get(b.path)?.name === b.name) - Number(here.get(a.path)?.name === a.name) ||
      (a.path < b.path ? -1 : 1),
  );
  const refused = new Map<string, { repository: string; path: string }>();
  // A refused file leaves its service as it was, and so can block another one: until nothing conflicts.
  for (;;) {
    const conflict = firstConflict(repository, standing, holders);
    if (conflict === null) break;
    refused.set(conflict.path, conflict.holder);
    standing = standing.filter((file) => file.path !== conflict.path);
  }

  const names = new Set(standing.map((file) => file.name));
  const accepted = new Map<string, string | null>();
  for (const { path, name } of standing) {
    if (name === null) continue;
    const before = here.get(path);
    const renamed = before !== undefined && !names.has(before.name) ? before.id : null;
    accepted.set(path, holders.get(name)?.id ?? renamed);
  }
  const kept = new Set(accepted.values());
  const archived = standing.flatMap(({ path }) => {
    const before = here.get(path);
    return before === undefined || kept.has(before.id) ? [] : [before];
  });
  return { accepted, refused, archived };
}

function firstConflict(
  repository: string,
  files: readonly DeclaredFile[],
  holders: ReadonlyMap<string, Holder>,
): { path: string; holder: { repository: string; path: string } } | null {
  const declared = new Map(files.map((file) => [file.path, file.name]));
  const taken = new Map<string, string>();
  for (const { path, name } of files) {
    if (name === null) continue;
    const other = taken.get(name);
    if (other !== undefined) return { path, holder: { repository, path: other } };
    taken.set(name, path);
    const holder = holders.get(name);
    if (holder === undefined || (holder.repository === repository && holder.path === path)) continue;
    const lets = holder.repository === repository && declared.has(holder.path);
    if (!lets || declared.get(holder.path) === name) {
      return { path, holder: { repository: holder.repository, path: holder.path } };
    }
  }
  return null;
}
