import { kindNamed } from "./kinds.ts";

/** A kubectl command as somebody typed it; it tells what the text below it does not. */
export interface Command {
  readonly verb: string;
  readonly kind: string | undefined;
  /** The kind in the words that were typed (`certificates.cert-manager.io`), also where it is not known. */
  readonly typedKind: string | undefined;
  readonly name: string | undefined;
  readonly namespace: string;
  readonly container: string;
  readonly previous: boolean;
}

const PROMPT = /^(?:[^\s]*[$#%>❯]\s+)?(?:kubectl|oc)\s+(.+)$/;
/** Any other command typed at a prompt ends what stands above it. */
const OTHER_PROMPT = /^\$ \S/;
const WITH_VALUE = new Set([
  "-n",
  "--namespace",
  "-c",
  "--container",
  "-o",
  "--output",
  "-l",
  "--context",
  "--for",
]);

/** The command of a line that is a prompt; null for a prompt of another program, undefined for any other line. */
export function commandIn(line: string): Command | null | undefined {
  const [, typed] = PROMPT.exec(line) ?? [];
  if (typed === undefined) return OTHER_PROMPT.test(line) ? null : undefined;
  const [before = ""] = typed.split("|");
  const words: string[] = [];
  const flags = new Map<string, string>();
  const parts = before.trim().split(/\s+/);
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? "";
    const [flag = "", value] = part.split("=", 2);
    if (!part.startsWith("-")) words.push(part);
    else if (value === undefined && WITH_VALUE.has(flag)) flags.set(flag, parts[++i] ?? "");
    else flags.set(flag, value ?? "true");
  }
  const [verb = "", first = "", second] = words;
  const [prefix, suffix] = first.includes("/") ? first.split("/", 2) : [first, second];
  const isLogs = verb === "logs";
  return {
    verb,
    kind: isLogs ? "Pod" : verb === "events" ? "Event" : kindNamed(prefix ?? ""),
    typedKind: isLogs || verb !== "get" ? undefined : prefix,
    name: isLogs ? (suffix ?? prefix) : suffix,
    namespace: flags.get("-n") ?? flags.get("--namespace") ?? "",
    container: flags.get("-c") ?? flags.get("--container") ?? (isLogs ? (second ?? "") : ""),
    previous: flags.has("-p") || flags.has("--previous"),
  };
}
