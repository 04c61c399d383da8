import { stripVTControlCharacters } from "node:util";
import { type Document, lineOf } from "../opensearch/document.ts";
import { levelOf } from "../opensearch/query.ts";
import type { LogLine } from "../opensearch/types.ts";

/** A stream's labels, and its lines with their time in nanoseconds. */
export interface Stream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [at: string, line: string])[];
}

/** The lines of all streams, newest first. */
export function linesOf(streams: readonly Stream[], limit: number): LogLine[] {
  return streams
    .flatMap(({ stream, values }) => values.map(([at, line]) => ({ at: BigInt(at), line, stream })))
    .sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1))
    .slice(0, limit)
    .map(({ at, line, stream }) => logLine(new Date(Number(at / 1_000_000n)).toISOString(), line, stream));
}

function logLine(at: string, line: string, labels: Stream["stream"]): LogLine {
  const document = documentIn(line);
  const { level, message, service, pod, stack } = lineOf(document ?? {});
  const text = stripVTControlCharacters(message === "" ? line : message);
  const ofService = service ?? labels.service_name ?? labels.app;
  const ofPod = pod ?? labels.pod ?? labels.pod_name;
  return {
    at,
    level: level === "unknown" ? levelFrom(labels, text) : level,
    message: text,
    ...(ofService === undefined ? {} : { service: ofService }),
    ...(ofPod === undefined ? {} : { pod: ofPod }),
    ...(stack === undefined ? {} : { stack }),
  };
}

function documentIn(line: string): Document | undefined {
  if (!line.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const LEVEL_WORD = /\b(trace|debug|info|notice|warn(?:ing)?|err(?:or)?|severe|fatal|crit(?:ical)?|panic)\b/i;
// Where loggers write the level; further on, the word is part of the sentence.
const LEVEL_PREFIX_LENGTH = 100;

function levelFrom(labels: Stream["stream"], text: string): LogLine["level"] {
  const told = [labels.level, labels.detected_level, labels.severity]
    .map(levelOf)
    .find((each) => each !== "unknown");
  return told ?? levelOf(LEVEL_WORD.exec(text.slice(0, LEVEL_PREFIX_LENGTH))?.[1]);
}
