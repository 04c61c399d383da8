interface Waiting<T> {
  readonly item: T;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * One `write` at a time; what is given meanwhile goes with the next, `most` at once: what many record in the same
 * breath is one statement. Where several cannot be written together each is tried alone, so that one's fault is only
 * its own.
 */
export function together<T>(
  most: number,
  write: (items: readonly T[]) => Promise<unknown>,
): (item: T) => Promise<void> {
  const waiting: Waiting<T>[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const next = waiting.splice(0, most);
      try {
        await write(next.map(({ item }) => item));
        for (const { done } of next) done();
      } catch (error) {
        if (next.length === 1) next[0]?.failed(error);
        else for (const { item, done, failed } of next) await write([item]).then(done, failed);
      }
    }
    isWriting = false;
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      if (!isWriting) void writeAll();
    });
}
