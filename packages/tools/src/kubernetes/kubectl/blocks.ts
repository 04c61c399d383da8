import { type Command, commandIn } from "./command.ts";

/** A stretch of text of one form, with the command above it where one is. */
export interface Block {
  readonly form: "json" | "yaml" | "describe" | "table" | "rows" | "log";
  readonly command: Command | undefined;
  readonly lines: string[];
}

/** Errors, and what kubectl and its libraries say on the side. */
const SAID_NOTHING =
  /^(Error from server\b|No (events|resources) found\b|error: |Warning: |[EIW]\d{4} \d\d:\d\d)/;
const TABLE = /^(NAMESPACE\s{2,})?(NAME|LAST SEEN)\s{2,}[A-Z]/;
const DESCRIBE = /^Name:\s+\S/;
const YAML = /^(apiVersion|kind|items):(\s|$)|^---$/;
const JSON_START = /^[{[]/;

/**
 * What a terminal shows, cut where a command, a table, a description or a document begins. What stands below `kubectl
 * logs` is a log to the next prompt, whatever it looks like.
 */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let command: Command | undefined;
  let open: Block | undefined;
  const begin = (form: Block["form"]): Block => {
    const block = { form, command, lines: [] };
    blocks.push(block);
    return block;
  };
  for (const line of text.split(/\r?\n/)) {
    const typed = commandIn(line);
    if (typed !== undefined) {
      command = typed ?? undefined;
      open = typed?.verb === "logs" ? begin("log") : undefined;
      continue;
    }
    const isLog = open?.form === "log";
    if (SAID_NOTHING.test(line)) continue;
    const form = isLog ? undefined : formOf(line, open);
    if (form !== undefined) open = begin(form);
    if (open === undefined && line.trim() !== "") open = begin("rows");
    // A table ends with an empty line; descriptions and documents hold such lines.
    if (line.trim() === "" && (open?.form === "table" || open?.form === "rows")) open = undefined;
    open?.lines.push(line);
  }
  return blocks.filter(({ lines }) => lines.some((line) => line.trim() !== ""));
}

/** The form that begins with this line; undefined when it goes on with what is open. */
function formOf(line: string, open: Block | undefined): Block["form"] | undefined {
  if (TABLE.test(line)) return "table";
  if (DESCRIBE.test(line)) return "describe";
  if (open?.form === "json" || open?.form === "yaml") return undefined;
  if (YAML.test(line)) return "yaml";
  return (open === undefined || open.form === "rows") && JSON_START.test(line) ? "json" : undefined;
}
