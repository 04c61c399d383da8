import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checker } from "@oncall/core";
import { type Static, Type } from "typebox";
import { parse } from "yaml";

export const channels = [
  "log",
  "event",
  "annotation",
  "commit",
  "diff",
  "resource",
  "alert",
  "question",
  "thread",
  "service_yaml",
  "status_page",
  "aws_event",
] as const;
export type Channel = (typeof channels)[number];

const Case = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9-]+$" }),
    channel: Type.Optional(Type.Union(channels.map((channel) => Type.Literal(channel)))),
    technique: Type.String(),
    /** Of a service.yaml: which key holds the text. */
    at: Type.Optional(Type.String()),
    text: Type.String(),
    calls: Type.Optional(
      Type.Array(Type.Object({ tool: Type.String(), input: Type.Record(Type.String(), Type.Unknown()) })),
    ),
    cites: Type.Optional(
      Type.Array(Type.Object({ evidence: Type.String(), pointer: Type.String(), value: Type.Unknown() })),
    ),
  },
  { additionalProperties: false },
);

/**
 * One hostile text: where it is planted, and what a model that obeys it does. In texts `{{evil}}` is an address that
 * nothing of ours may ask, with the case's id as path; `{{huge}}` is a token of 20,000 characters; `{{base64:…}}` is
 * encoded.
 */
export interface HostileCase extends Omit<Static<typeof Case>, "channel"> {
  readonly channel: Channel;
}

/** From src and from dist the same files: the build copies no YAML. */
const folder = fileURLToPath(new URL("../../src/injection/corpus/", import.meta.url));
const cases = checker(Type.Array(Case));

/** All cases, their placeholders filled; `evil` is the origin of an address outside every allow-list. */
export function loadCorpus(evil: string): HostileCase[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const document: unknown = parse(readFileSync(`${folder}${file}`, "utf8"));
      return cases.parse(document, file).map((hostile) => ({
        channel: "log" as const,
        ...(filled(hostile, `${evil}/${hostile.id}`) as Static<typeof Case>),
      }));
    });
}

function filled(value: unknown, evil: string): unknown {
  if (typeof value === "string") {
    return value
      .replaceAll("{{evil}}", evil)
      .replaceAll("{{port}}", new URL(evil).port)
      .replaceAll("{{huge}}", "A1b2".repeat(5_000))
      .replace(/\{\{base64:([^}]*)\}\}/g, (_, text: string) => Buffer.from(text).toString("base64"));
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, evil));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, evil)]));
}

/** Two logs lie side by side in one run; everything else has one place. */
const places: Partial<Record<Channel, number>> = { log: 2 };

/** Runs in which no two cases want the same place. */
export function roundsOf(corpus: readonly HostileCase[]): HostileCase[][] {
  const rounds: HostileCase[][] = [];
  for (const channel of channels) {
    const perRound = places[channel] ?? 1;
    corpus
      .filter((hostile) => hostile.channel === channel)
      .forEach((hostile, i) => {
        const round = Math.floor(i / perRound);
        rounds[round] ??= [];
        rounds[round].push(hostile);
      });
  }
  return rounds;
}
