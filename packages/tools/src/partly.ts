import { toAppError } from "@oncall/core";
import type { DepName } from "./define-tool.ts";
import { notConfigured } from "./not-configured.ts";

/** What could not be read beside the answer, and why. */
export interface Unread {
  readonly what: string;
  readonly why: string;
}

/**
 * Gathers what an answer can do without: each part that fails leaves its fallback and a word in `unread`, in place
 * of taking the whole answer with it. A bug stays one.
 */
export function partly(unread: Unread[]) {
  return async <T>(what: string, fallback: T, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (thrown) {
      const failure = toAppError(thrown);
      if (failure.kind === "bug") throw thrown;
      unread.push({ what, why: failure.message });
      return fallback;
    }
  };
}

/** The word for a part whose backend is not there at all. */
export function unreadFor(what: string, dep: DepName): Unread {
  return { what, why: `${notConfigured(dep)}.` };
}
