/** What a sign is about. Any other word is a family of its own, with weight 1. */
export type Family =
  | "cpu"
  | "memory"
  | "latency"
  | "errors"
  | "traffic"
  | "network"
  | "disk"
  | "syscalls"
  | "logs"
  | "traces"
  | "change"
  | (string & {});

export type Direction = "up" | "down";

/** Something unusual at one service, measured in bits: how surprising it is by that signal's own history. */
export interface Sign {
  readonly service: string;
  readonly family: Family;
  readonly direction: Direction;
  /** 0 means "as always"; what cannot be judged has no sign. */
  readonly bits: number;
}

/** A call between two services that was watched. One that behaved as always is listed with 0 bits: it counts too. */
export interface LinkSign {
  readonly caller: string;
  readonly callee: string;
  readonly bits: number;
}
