import { code, footer, literal } from "./mrkdwn.ts";
import type { Rendered } from "./rendered.ts";

/** How far the work on a diagnosis is. */
export interface Progress {
  readonly model: string;
  /** Finished so far: answers of the model and of tools. */
  readonly steps: number;
  /** The tools that are asked now; none while the model thinks. */
  readonly asking: readonly string[];
}

const MAX_NAMED = 4;
const MAX_NAME = 60;

/** One quiet line, changed in place while the model works. */
export function renderProgress({ model, steps, asking }: Progress): Rendered {
  const [first] = asking;
  const names = [...new Set(asking)];
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : "";
  const now =
    first === undefined ? "thinking" : `asking ${names.slice(0, MAX_NAMED).map(short).join(", ")}${more}`;
  return line(`Working on a diagnosis with ${literal(model)} · step ${steps + 1}: ${now} …`);
}

/** What that line says for good once the outcome stands in the thread. */
export function renderProgressEnd({ model, steps }: Progress): Rendered {
  return line(
    `Worked on a diagnosis with ${literal(model)}${steps === 0 ? "" : `, ${steps} steps`}: see below`,
  );
}

/** A model may say any name. */
function short(name: string): string {
  return code(name.slice(0, MAX_NAME));
}

function line(text: string): Rendered {
  return { text, blocks: [footer(text)] };
}
