import type { SourceQuery } from "@oncall/incidents";
import type { DepName, ToolDeps } from "./define-tool.ts";

const MAX_QUERIES = 40;
const MAX_ASKED = 600;
/** The catalog is our own; these ask nothing of anybody. */
const SILENT: ReadonlySet<string> = new Set(["link", "dashboard", "place", "clusters"]);

/** The same backends, with every question noted down in `queries`: forty at most, and then how many more. */
export function listening(deps: ToolDeps): { deps: ToolDeps; queries: () => readonly SourceQuery[] } {
  const noted: { -readonly [K in keyof SourceQuery]: SourceQuery[K] }[] = [];
  let more = 0;
  const note = (source: DepName, operation: string, args: readonly unknown[]): (() => void) => {
    if (noted.length === MAX_QUERIES) {
      more++;
      return () => {};
    }
    const started = performance.now();
    const query: (typeof noted)[number] = { source, operation, asked: inWords(args), durationMs: null };
    noted.push(query);
    return () => {
      query.durationMs = Math.round(performance.now() - started);
    };
  };
  const wrapped = Object.fromEntries(
    Object.entries(deps).map(([source, backend]) => [
      source,
      source === "catalog" || backend === undefined ? backend : overheard(source as DepName, backend, note),
    ]),
  );
  return {
    deps: wrapped as unknown as ToolDeps,
    queries: () =>
      more === 0
        ? [...noted]
        : [
            ...noted,
            { source: "catalog", operation: "more", asked: `${more} more questions`, durationMs: null },
          ],
  };
}

function overheard<T extends object>(
  source: DepName,
  backend: T,
  note: (source: DepName, operation: string, args: readonly unknown[]) => () => void,
): T {
  return new Proxy(backend, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function" || typeof name !== "string" || SILENT.has(name)) return member;
      return (...args: readonly unknown[]): unknown => {
        const done = note(source, name, args);
        const answer: unknown = Reflect.apply(member, target, args);
        if (answer instanceof Promise) answer.then(done, done);
        return answer;
      };
    },
  });
}

function inWords(args: readonly unknown[]): string {
  const words = args
    .filter((arg) => !(arg instanceof AbortSignal))
    .map((arg) => {
      if (typeof arg === "string") return arg;
      if (arg instanceof Date) return arg.toISOString();
      return JSON.stringify(nameOf(arg)) ?? "";
    })
    .join(", ");
  return words.length <= MAX_ASKED ? words : `${words.slice(0, MAX_ASKED - 1)}…`;
}

/** Of an object of Kubernetes its name says enough. */
function nameOf(arg: unknown): unknown {
  if (typeof arg !== "object" || arg === null || !("metadata" in arg)) return arg;
  const { metadata } = arg;
  return typeof metadata === "object" && metadata !== null && "name" in metadata ? metadata.name : arg;
}
