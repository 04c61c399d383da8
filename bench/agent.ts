import { openAcme } from "./agent/acme.ts";
import { type AgentRun, runOnce } from "./agent/run.ts";
import { CALLS, TURNS } from "./agent/script.ts";
import { type Figure, median, report } from "./report.ts";

const RUNS = 5;

/**
 * What the loop costs around the model and the tools: a scripted model (over HTTP) of four turns and eight tool calls
 * on the practice company, real backends and stores. The scripted server counts tokens from the bytes it receives and
 * the cache marks it sees; its cache is empty at the start of each run.
 */
export async function main(args: string[]): Promise<number> {
  const acme = await openAcme("acme-01");
  try {
    await runOnce(acme, "inv_warmup");
    const runs: AgentRun[] = [];
    for (let i = 0; i < RUNS; i++) runs.push(await runOnce(acme, `inv_bench${i}`));
    const of = (value: (run: AgentRun) => number): number => median(runs.map(value));
    const overhead = of(({ totalMs, modelMs, toolMs }) => ((totalMs - modelMs - toolMs) / totalMs) * 100);
    const read = of(({ diagnosis: { usage } }) => usage.cacheReadTokens);
    const fresh = of(({ diagnosis: { usage } }) => usage.cacheWriteTokens + usage.inputTokens);
    const sent = read + fresh;
    const [first] = runs;
    const results: Figure[] = [
      bounded("loop overhead beyond model and tool time", overhead, "%", 2),
      {
        name: "model calls",
        value: of(({ requests }) => requests),
        unit: "calls",
        bar: `= ${TURNS}`,
        ok: runs.every(({ requests }) => requests === TURNS),
      },
      {
        name: "tool calls",
        value: of(({ toolCalls }) => toolCalls),
        unit: "calls",
        bar: `= ${CALLS}`,
        ok: runs.every(({ toolCalls }) => toolCalls === CALLS),
      },
      bounded("input sent in total", sent, "tokens", 30_000),
      { name: "read from cache", value: (read / sent) * 100, unit: "%", bar: "≥ 60", ok: read / sent >= 0.6 },
      bounded("written to the cache plus uncached", fresh, "tokens", 8_000),
      {
        name: "output",
        value: of(({ diagnosis: { usage } }) => usage.outputTokens),
        unit: "tokens",
        bar: null,
        ok: true,
      },
      {
        name: "cost at the list price of claude-opus-5-5",
        value: of(({ diagnosis: { costUsd } }) => costUsd ?? Number.NaN),
        unit: "USD",
        bar: null,
        ok: true,
      },
      ...(first?.parts ?? []).map(
        ({ name, bytes, tokens }): Figure => ({
          name: `${name} (${tokens} tokens)`,
          value: bytes,
          unit: "bytes",
          bar: null,
          ok: true,
        }),
      ),
    ];
    const ms = (value: number): string => value.toFixed(0);
    return report(
      "agent",
      results,
      [
        `${RUNS} runs after one to warm up, medians; each in ms, total = model + tools + loop: ${runs.map(({ totalMs, modelMs, toolMs }) => `${ms(totalMs)} = ${ms(modelMs)} + ${ms(toolMs)} + ${(totalMs - modelMs - toolMs).toFixed(1)}`).join(", ")}. The model takes 800 ms an answer; its time is that of the SDK's call.`,
        "Tokens are UTF-8 bytes ÷ 3.5 as the scripted server counts them, block by block. Parts are those of the last request of the first run.",
      ],
      args.includes("--json"),
    );
  } finally {
    await acme.close();
  }
}

function bounded(name: string, value: number, unit: string, most: number): Figure {
  return { name, value, unit, bar: `≤ ${most}`, ok: value <= most };
}
