import { AppError } from "@oncall/core";
import type { Conversation } from "./conversation.ts";

/**
 * JSON in which strings may hold placeholders, answered from the conversation that the server received:
 *
 * - `{{first_look:/causes/0/service}}`: a part of the first look
 * - `{{evidence:get_recent_deploys}}`: the newest evidence id of a tool
 * - `{{cite:get_recent_deploys:/data/deploys/0/title}}`: {evidence, pointer, value} of that evidence
 * - `{{item}}`, `{{item:/service}}`: the item of the $each around it
 * - `{{cite_item}}`: a citation of a telling value in the evidence whose id the item is
 *
 * A string that is one placeholder becomes the value itself, whatever its type; inside other words it becomes
 * text, cut where it would no longer read as part of a sentence. `{$each, $limit?, $do}` stands in a list for one `$do` per item; where `$each` is nothing, for none.
 * What a placeholder does not find is left out of lists and is null elsewhere.
 */
export type Template =
  | string
  | number
  | boolean
  | null
  | readonly Template[]
  | { readonly [key: string]: Template };

const PLACEHOLDER = /\{\{([a-z_]+)(?::([^{}]*))?\}\}/g;
/** Characters: what is handed in has limits, and what it repeats may have none. */
const MAX_INSERTED = 300;
/** Keys under which tools put what a person would quote. */
const TELLING = [
  "title",
  "summary",
  "template",
  "message",
  "reason",
  "status",
  "verdict",
  "state",
  "description",
];

export function fill(template: Template, conversation: Conversation, item?: unknown): unknown {
  if (typeof template === "string") return fillText(template, conversation, item);
  if (isList(template)) return fillList(template, conversation, item);
  if (typeof template === "object" && template !== null) {
    return Object.fromEntries(
      Object.entries(template).map(([key, value]) => [key, fill(value, conversation, item) ?? null]),
    );
  }
  return template;
}

function fillList(list: readonly Template[], conversation: Conversation, item: unknown): unknown[] {
  return list
    .flatMap((entry) => {
      if (typeof entry !== "object" || entry === null || isList(entry) || entry.$each === undefined) {
        return [fill(entry, conversation, item)];
      }
      const found = fill(entry.$each, conversation, item) ?? [];
      const items = Array.isArray(found) ? found : [found];
      const limit = typeof entry.$limit === "number" ? entry.$limit : items.length;
      return items.slice(0, limit).map((each) => fill(entry.$do ?? null, conversation, each));
    })
    .filter((value) => value !== undefined);
}

function fillText(text: string, conversation: Conversation, item: unknown): unknown {
  const whole = /^\{\{([a-z_]+)(?::([^{}]*))?\}\}$/.exec(text);
  if (whole) return lookUp(whole[1] ?? "", whole[2] ?? "", conversation, item);
  return text.replace(PLACEHOLDER, (_, name: string, argument: string | undefined) => {
    const found = lookUp(name, argument ?? "", conversation, item);
    const words = typeof found === "string" ? found : (JSON.stringify(found) ?? "nothing");
    return words.length > MAX_INSERTED ? `${words.slice(0, MAX_INSERTED)}…` : words;
  });
}

function lookUp(name: string, argument: string, conversation: Conversation, item: unknown): unknown {
  switch (name) {
    case "first_look":
      return at(conversation.firstLook, argument);
    case "service":
      return at(conversation.firstLook, "/service");
    case "evidence":
      return conversation.evidenceOf.get(argument);
    case "cite": {
      const [tool = "", ...rest] = argument.split(":");
      const pointer = rest.join(":");
      const evidence = conversation.evidenceOf.get(tool);
      if (evidence === undefined) return undefined;
      return { evidence, pointer, value: at(conversation.envelopes.get(evidence), pointer) ?? null };
    }
    case "item":
      return at(item, argument);
    case "cite_item":
      return typeof item === "string" ? telling(item, conversation.envelopes.get(item)) : undefined;
    default:
      throw new AppError("invalid_input", `A script refers to {{${name}}}, which there is not.`);
  }
}

/** The first value under a telling key, else the first plain value, of a recorded result. */
function telling(evidence: string, envelope: unknown): unknown {
  const leaves = [...leavesOf(at(envelope, "/data"), "/data"), ...leavesOf(at(envelope, "/state"), "/state")];
  const best = leaves.find(({ pointer }) => TELLING.includes(pointer.split("/").at(-1) ?? "")) ?? leaves[0];
  return best && { evidence, ...best };
}

/** Longer texts are no citation that a person would read. */
const MAX_CITED = 300;

interface Leaf {
  readonly pointer: string;
  readonly value: string | number | boolean;
}

function leavesOf(value: unknown, pointer: string): Leaf[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) =>
      leavesOf(item, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
    );
  }
  if (typeof value === "string") return value.length <= MAX_CITED ? [{ pointer, value }] : [];
  return typeof value === "number" || typeof value === "boolean" ? [{ pointer, value }] : [];
}

function at(value: unknown, pointer: string): unknown {
  if (pointer === "") return value;
  let found = value;
  for (const token of pointer.split("/").slice(1)) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Record<string, unknown>)[token.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return found ?? undefined;
}

function isList(template: Template): template is readonly Template[] {
  return Array.isArray(template);
}
