/** The push that a file's state in the catalog comes from. */
export interface PushMark {
  readonly before: string;
  readonly commit: string;
  /** GitHub's clock. */
  readonly pushedAt: string | null;
  /** The committer's clock. */
  readonly headCommitAt: string;
}

/**
 * Whether `push` happened before the push that `current` comes from, so that it would bring an older state
 * back. Deliveries come in any order, and again at any time. The evidence, strongest first:
 *
 * 1. The same commit is the same state: never older, applying it again changes nothing.
 * 2. GitHub's own time of the push, where both have one and they differ. Commit times cannot serve here:
 *    they are a person's clock, and a revert by force push rightly goes back to an older commit.
 * 3. The chain: a push whose `before` is our commit follows it, one whose `after` is our `before` precedes
 *    it. It settles pushes of the same second. It comes after the time because a branch that was pushed back
 *    to an earlier commit makes an old push look like the next one. Where both hold, it says nothing.
 * 4. The newest commit's time. Equal is not older: the delivery is taken.
 */
export function isOlderPush(push: PushMark, current: PushMark): boolean {
  if (push.commit === current.commit) return false;
  const pushed = difference(push.pushedAt, current.pushedAt);
  if (pushed !== 0) return pushed < 0;
  const follows = push.before === current.commit;
  const precedes = push.commit === current.before;
  if (follows !== precedes) return precedes;
  return difference(push.headCommitAt, current.headCommitAt) < 0;
}

function difference(a: string | null, b: string | null): number {
  return a === null || b === null ? 0 : Date.parse(a) - Date.parse(b);
}
