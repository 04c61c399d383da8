import type { PushEvent } from "./push.ts";

export interface TouchedFiles {
  /** Paths of every service.yaml that the push may have changed, sorted. */
  readonly paths: readonly string[];
  /** Paths of service.yml files, which are not read. */
  readonly misnamed: readonly string[];
  /**
   * Paths that may rightly be gone. Of any other the push itself says that it is there: when it cannot be
   * read then, access is what is missing, and the service must not be archived for that.
   */
  readonly mayBeGone: ReadonlySet<string>;
}

/**
 * What of a push concerns the catalog. When the push does not list all its commits, every file of the
 * repository that is known counts as touched, and so does one at the root.
 */
export function touchedFiles(push: PushEvent, known: readonly string[]): TouchedFiles {
  const written = push.changed.flatMap(({ added, modified }) => [...added, ...modified]);
  const removed = push.changed.flatMap((change) => change.removed);
  const guessed = push.complete ? [] : [...known, "service.yaml"];
  const touched = new Set(
    [...written, ...removed, ...guessed].filter((path) => isNamed(path, "service.yaml")),
  );
  return {
    paths: [...touched].sort(),
    misnamed: [...new Set(written.filter((path) => isNamed(path, "service.yml")))].sort(),
    mayBeGone: new Set([...removed, ...guessed]),
  };
}

function isNamed(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}
