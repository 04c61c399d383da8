import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { evalOptions } from "./options.ts";

test.each<[string[], object | null]>([
  [
    [],
    { scenarios: [], seeds: null, parallel: availableParallelism(), model: "none", price: null, json: false },
  ],
  [["--help"], null],
  [["acme-01", "acme-02"], { scenarios: ["acme-01", "acme-02"] }],
  [
    ["--scenario", "acme-01", "acme-02", "--scenario", "acme-03,acme-01"],
    { scenarios: ["acme-01", "acme-03", "acme-02"] },
  ],
  [["--seed", "7"], { seeds: [7] }],
  [["--seed", "1,2,2,3"], { seeds: [1, 2, 3] }],
  [["--parallel", "4"], { parallel: 4 }],
  [["--scripted-model"], { model: "scripted" }],
  [["--agent"], { model: "scripted" }],
  [["--price", "3,15"], { price: { input: 3, output: 15 } }],
])("%j", (args, expected) => {
  const options = evalOptions(args, {});
  if (expected === null) expect(options).toBeNull();
  else expect(options).toMatchObject(expected);
});

test.each([[{ ANTHROPIC_API_KEY: "k" }], [{ ANTHROPIC_BASE_URL: "http://127.0.0.1:1" }]])(
  "--agent with %j",
  (env) => {
    expect(evalOptions(["--agent"], env)).toMatchObject({ model: "configured" });
  },
);

test.each<[string[], RegExp]>([
  [["--seed", "7,x"], /whole numbers/],
  [["--seed", ""], /whole numbers/],
  [["--seed", "1.5"], /whole numbers/],
  [["--parallel", "0"], /from 1 to/],
  [["--parallel", "1000"], /from 1 to/],
  [["--price", "3"], /per million/],
  [["--price", "3,-1"], /per million/],
  [["--price", "3,"], /per million/],
  [["--agent", "--replay", "a"], /ANTHROPIC_API_KEY/],
  [["--agent", "--scripted-model"], /choose one/],
  [["--record", "a", "--replay", "b"], /exclude each other/],
  [["--replay", "a", "--scripted-model"], /no use for the scripted/],
  [["--nonsense"], /nonsense/],
])("%j is refused with what to do", (args, says) => {
  expect(() => evalOptions(args, {})).toThrow(says);
});
