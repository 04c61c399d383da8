/** One thing that is wrong, or odd, in a service.yaml: where, what and how to mend it. */
export interface Problem {
  /** 1-based; 1 when it concerns the file as a whole. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** Dotted, such as `dependencies[1].type`; empty when it concerns the file as a whole. */
  readonly key: string;
  readonly message: string;
  /** What to write instead. */
  readonly mend: string;
}

/** Where a value is in the document: keys and indexes from the root. */
export type KeyPath = readonly (string | number)[];

/** `["dependencies", 1, "type"]` as people write it: `dependencies[1].type`. */
export function dotted(path: KeyPath): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`),
    "",
  );
}
