import type { SlackAlert } from "@oncall/sandbox";
import type { Exchange } from "./desk.ts";

/** What the backends' process is asked to do. */
export type Ask =
  | { readonly do: "start"; readonly scenario: string; readonly now: string; readonly pods: number }
  | { readonly do: "begin"; readonly delayMs: number; readonly hold: string | null }
  | { readonly do: "end" };

export interface Started {
  readonly env: Readonly<Record<string, string>>;
  readonly alert: SlackAlert;
  readonly services: readonly { readonly yaml: string; readonly repository: string }[];
}

/** What it answers, one answer an ask. */
export type Told = Started | { readonly exchanges: readonly Exchange[] } | { readonly failed: string };
