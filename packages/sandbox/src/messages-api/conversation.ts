import { parseDocument } from "yaml";

/** The parts of a Messages API request that the server reads. */
export interface MessagesRequest {
  readonly model: string;
  readonly max_tokens: number;
  readonly stream?: boolean;
  readonly system?: string | readonly Block[];
  readonly tools?: readonly (Record<string, unknown> & { readonly name: string })[];
  readonly tool_choice?: { readonly type: string; readonly name?: string };
  readonly thinking?: { readonly type: string };
  readonly messages: readonly Message[];
}

export interface Message {
  readonly role: string;
  readonly content: string | readonly Block[];
}

export type Block = Record<string, unknown> & { readonly type: string };

/** What a scripted turn may refer to: all of it came over the wire in the request. */
export interface Conversation {
  /** The object with a `verdict`; undefined when the request holds none. */
  readonly firstLook: Record<string, unknown> | undefined;
  /** The newest evidence id of each tool. */
  readonly evidenceOf: ReadonlyMap<string, string>;
  /** Whole recorded results by evidence id, as far as they were shown. */
  readonly envelopes: ReadonlyMap<string, unknown>;
}

/** Reads every JSON or YAML value that stands on a line of its own in the user's texts and tool results. */
export function readConversation(messages: readonly Message[]): Conversation {
  let firstLook: Record<string, unknown> | undefined;
  const evidenceOf = new Map<string, string>();
  const envelopes = new Map<string, unknown>();
  const toolOf = new Map<string, string>();

  const note = (value: unknown, tool: string | undefined): void => {
    if (Array.isArray(value)) {
      for (const item of value) if (isRecord(item) && "id" in item) note(item, undefined);
      return;
    }
    if (!isRecord(value)) return;
    if ("verdict" in value && !("evidence" in value)) firstLook ??= value;
    // A line of the evidence index.
    if (typeof value.id === "string" && typeof value.tool === "string") evidenceOf.set(value.tool, value.id);
    if (typeof value.evidence !== "string") return;
    if (typeof value.state === "string") {
      envelopes.set(value.evidence, value);
      if (tool !== undefined) evidenceOf.set(tool, value.evidence);
    } else if ((value.pointer ?? "") === "" && value.omitted === undefined) {
      // get_evidence shows a recorded result inside its own answer.
      envelopes.set(value.evidence, value.value);
    }
  };

  for (const { role, content } of messages) {
    for (const block of blocksOf(content)) {
      if (role === "assistant") {
        if (block.type === "tool_use") toolOf.set(String(block.id), String(block.name));
        continue;
      }
      const tool = block.type === "tool_result" ? toolOf.get(String(block.tool_use_id)) : undefined;
      for (const value of dataLines(textOf(block))) note(value, tool);
    }
  }
  return { firstLook, evidenceOf, envelopes };
}

export function blocksOf(content: Message["content"]): readonly Block[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

function textOf(block: Block): string {
  if (typeof block.text === "string") return block.text;
  if (typeof block.content === "string") return block.content;
  return Array.isArray(block.content) ? block.content.map(textOf).join("\n") : "";
}

/** Each line that is a value of its own, in JSON or YAML's flow style, with its tables read as the lists they stand for. */
function dataLines(text: string): unknown[] {
  return text.split("\n").flatMap((line) => {
    if (!/^[[{]/.test(line)) return [];
    const document = parseDocument(line, { logLevel: "silent" });
    return document.errors.length > 0 ? [] : [expanded(document.toJS())];
  });
}

function expanded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expanded);
  if (!isRecord(value)) return value;
  const { same = {}, cols, rows } = value;
  if (isRecord(same) && Array.isArray(cols) && Array.isArray(rows)) {
    return rows.map((row: unknown[]) =>
      filledIn(
        same,
        cols.map((name, i) => [String(name), row[i]]),
      ),
    );
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expanded(item)]));
}

/** One item of a table: what all have in common, and its own values by pointer. */
function filledIn(same: object, own: readonly (readonly [string, unknown])[]): unknown {
  const item = structuredClone(same) as Record<string, unknown>;
  for (const [pointer, value] of own) {
    const keys = pointer.split("/").map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
    let place = item;
    for (const [i, key] of keys.slice(0, -1).entries()) {
      const below = place[key] ?? (/^\d+$/.test(keys[i + 1] ?? "") ? [] : {});
      place[key] = below;
      place = below as Record<string, unknown>;
    }
    place[keys.at(-1) ?? ""] = value;
  }
  return item;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
