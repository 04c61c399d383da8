import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { metricsReport } from "./analyze-metrics.ts";

const START = Date.parse("2026-11-20T10:00:00Z") / 1000;
const LENGTH = 120;
const CHANGED = "2026-11-20T11:30:00.000Z";
const at = (i: number): number => START + i * 60;
const iso = (i: number): string => new Date(at(i) * 1000).toISOString();
/** Changes at minute 90. */
const level = (i: number): number => (i < 90 ? 50 : 120) + Math.sin(i * 12.9898);
const rows = (row: (i: number) => string): string =>
  Array.from({ length: LENGTH }, (_, i) => row(i)).join("\n");
const calm = (i: number): number => 50 + Math.sin(i * 12.9898);
const matrix = (value: (i: number) => string) => ({
  status: "success",
  data: {
    resultType: "matrix",
    result: [
      {
        metric: { __name__: "up_ratio", job: "orders", instance: "a" },
        values: Array.from({ length: LENGTH }, (_, i) => [at(i), value(i)]),
      },
    ],
  },
});

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "series-"));
});
afterEach(() => rm(folder, { recursive: true }));

interface Answer {
  readonly changes: readonly {
    series: string;
    at: string;
    direction: string;
    size: number;
    confidence: number;
  }[];
  readonly notes: readonly string[];
}

async function report(files: Readonly<Record<string, string | Buffer>>, all = false): Promise<Answer> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return (await metricsReport(folder, { all })).answer as Answer;
}

describe("a change is found", () => {
  test.each<[string, string, string | Buffer, string]>([
    ["in ISO times", "orders.csv", `timestamp,value\n${rows((i) => `${iso(i)},${level(i)}`)}`, "orders"],
    ["in seconds", "orders.csv", `ts,value\n${rows((i) => `${at(i)},${level(i)}`)}`, "orders"],
    ["in milliseconds", "orders.csv", `time,value\n${rows((i) => `${at(i) * 1000},${level(i)}`)}`, "orders"],
    [
      "in times without a zone, quoted",
      "orders.csv",
      `"TimeStamp","Value"\r\n${rows((i) => `"${iso(i).slice(0, 19).replace("T", " ")}","${level(i)}"\r`)}`,
      "orders",
    ],
    ["without a header", "orders.csv", rows((i) => `${iso(i)},${level(i)}`), "orders"],
    ["in a wide table", "wide.csv", `time,a,b\n${rows((i) => `${iso(i)},${calm(i)},${level(i)}`)}`, "wide/b"],
    [
      "in a long table",
      "long.csv",
      `time,service,value\n${rows((i) => `${iso(i)},cart,${level(i)}\n${iso(i)},user,${calm(i)}`)}`,
      "long/cart",
    ],
    ["between tabs", "orders.tsv", `time\tvalue\n${rows((i) => `${iso(i)}\t${level(i)}`)}`, "orders"],
    ["gzipped", "orders.csv.gz", gzipSync(`time,value\n${rows((i) => `${iso(i)},${level(i)}`)}`), "orders"],
    [
      "of Prometheus",
      "answer.json",
      JSON.stringify(matrix((i) => String(level(i)))),
      'answer/up_ratio{instance="a",job="orders"}',
    ],
    [
      "in rows without order, with repeats",
      "orders.csv",
      `time,value\n${rows((i) => `${iso(LENGTH - 1 - i)},${level(LENGTH - 1 - i)}\n${iso(0)},${level(0)}`)}`,
      "orders",
    ],
    [
      "among gaps and values that are no numbers",
      "orders.csv",
      `time,value\n${rows((i) => `${iso(i)},${i % 7 === 0 ? "NaN" : i % 13 === 0 ? "" : level(i)}`)}`,
      "orders",
    ],
  ])("%s", async (_, name, content, series) => {
    const { changes } = await report({ [name]: content });
    expect(changes).toEqual([
      {
        series,
        at: CHANGED,
        direction: "up",
        size: expect.closeTo(70, -1),
        before: expect.closeTo(50, -1),
        after: expect.closeTo(120, -1),
        confidence: expect.any(Number),
      },
    ]);
    expect(changes[0]?.confidence).toBeGreaterThan(0.5);
  });

  test("in the rate of a counter that began again", async () => {
    let count = 0;
    const total = rows((i) => {
      count = i === 40 ? 3 : count + (i < 90 ? 60 : 600);
      return `${iso(i)},${count}`;
    });
    const { changes, notes } = await report({
      "c.csv": `time,requests_total,other\n${total.replace(/$/gm, ",1")}`,
    });
    expect(changes).toMatchObject([{ series: "c/requests_total", at: CHANGED, before: 1, after: 10 }]);
    expect(notes).toContainEqual(expect.stringContaining("read as a counter"));
  });
});

test("the first to change comes first; weak ones come when asked for", async () => {
  const step = (from: number) => `time,value\n${rows((i) => `${iso(i)},${i < from ? calm(i) : 150}`)}`;
  const files = { "a.csv": step(100), "b.csv": step(60) };
  const { changes, notes } = await report(files);
  expect(changes.map(({ series }) => series)).toEqual(["b", "a"]);
  expect(notes).toContainEqual(expect.stringContaining("weaker changes"));
  expect((await report(files, true)).changes.length).toBeGreaterThan(2);
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ["one point", { "a.csv": `time,value\n${iso(0)},1` }, "fewer than 12 points"],
  ["constant zero", { "a.csv": `time,value\n${rows((i) => `${iso(i)},0`)}` }, ""],
  [
    "rows without times",
    { "a.csv": `time,value\n${rows((i) => `${iso(i)},5`)}\nsoon,7` },
    "1 rows have no time",
  ],
  [
    "a file beside them that is none",
    { "a.csv": `time,value\n${rows((i) => `${iso(i)},5`)}`, "b.json": "{}" },
    "b.json: is no answer",
  ],
])("no change in %s", async (_, files, note) => {
  const { changes, notes } = await report(files);
  expect(changes).toEqual([]);
  expect(notes.join("\n")).toContain(note);
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ["an empty folder", {}, "holds no .csv, .tsv or .json file"],
  ["an empty file", { "a.csv": "" }, "a.csv: is empty."],
  ["a table without times", { "a.csv": "name,value\nx,1\ny,2" }, "no column of times"],
  ["a table without numbers", { "a.csv": `time,word\n${iso(0)},x` }, "no column of numbers"],
  ["what is not JSON", { "a.json": "{" }, "a.json: is not JSON."],
  ["a vector", { "a.json": '{"data":{"resultType":"vector","result":[]}}' }, "holds a vector, not a matrix"],
  ["an error of Prometheus", { "a.json": '{"status":"error","error":"query timed out"}' }, "query timed out"],
  [
    "an answer without series",
    { "a.json": '{"data":{"resultType":"matrix","result":[]}}' },
    "holds an empty result",
  ],
])("is refused in words: %s", async (_, files, words) => {
  await expect(report(files)).rejects.toMatchObject({
    kind: "invalid_input",
    message: expect.stringContaining(words),
  });
});

test("is refused in words: what is not there", async () => {
  await expect(metricsReport(join(folder, "nowhere"), { all: false })).rejects.toThrow("cannot be read");
});
