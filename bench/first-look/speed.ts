import { type Figure, median } from "../report.ts";
import { startBackends } from "./backends.ts";
import { fillCatalog } from "./catalog-of-size.ts";
import { findNeeds, longestChain, servedMs } from "./chain.ts";
import type { Measured } from "./measured.ts";
import type { Product } from "./product.ts";

const ANSWER_MS = 200;
/** As a worker that has been up for a while: the code of a look is compiled by then. */
const WARM_UP = 60;
const RUNS = 9;
const CPU_RUNS = 15;

/** One alert: wall time against the longest chain, and the product's own CPU. */
export async function speedOf(
  product: Product,
  { scenario, about, now, cpuBar }: { scenario: string; about: string; now: Date; cpuBar: number | null },
): Promise<Measured> {
  const backends = await startBackends(scenario, now, 0);
  const looker = product.start();
  try {
    await fillCatalog(product.sql, backends, backends.services.length);
    for (let i = 0; i < WARM_UP; i++) {
      await backends.begin(0);
      await looker.look(backends, now);
    }
    await backends.begin(ANSWER_MS);
    await looker.look(backends, now);
    const asked = await backends.end();
    const needs = await findNeeds(looker, backends, now, asked);

    const runs: { wallMs: number; chainMs: number; missed: number }[] = [];
    let shown: readonly string[] = [];
    for (let i = 0; i < RUNS; i++) {
      await backends.begin(ANSWER_MS);
      const { wallMs, said } = await looker.look(backends, now);
      const chain = longestChain(await backends.end(), needs);
      const chainMs = chain.reduce((sum, one) => sum + servedMs(one), 0);
      runs.push({ wallMs, chainMs, missed: said.unchecked.length });
      shown = chain.map((one, n) => `${n + 1}. ${one.backend} ${Math.round(servedMs(one))} ms: ${one.asked}`);
    }
    const cpu: number[] = [];
    const cpuAfresh: number[] = [];
    for (let i = 0; i < CPU_RUNS; i++) {
      await backends.begin(20);
      cpu.push((await looker.look(backends, now)).cpuMs);
      await backends.begin(20);
      cpuAfresh.push((await looker.look(backends, now, { afresh: true })).cpuMs);
    }
    const ratio = median(runs.map(({ wallMs, chainMs }) => wallMs / chainMs));
    const cpuMs = median(cpu);
    const missed = Math.max(...runs.map((run) => run.missed));
    const figure = (name: string, value: number, unit: string, bar: string | null, ok = true): Figure => ({
      name: `${about}: ${name}`,
      value,
      unit,
      bar,
      ok,
    });
    return {
      results: [
        figure("wall time ÷ longest chain", ratio, "×", "≤ 1.15", ratio <= 1.15),
        figure("wall time", median(runs.map(({ wallMs }) => wallMs)), "ms", null),
        figure("longest chain", median(runs.map(({ chainMs }) => chainMs)), "ms", null),
        figure("requests", asked.length, "requests", null),
        figure("checks that missed the budget of 2 s", missed, "checks", "= 0", missed === 0),
        figure(
          "CPU",
          cpuMs,
          "ms",
          cpuBar === null ? null : `≤ ${cpuBar}`,
          cpuBar === null || cpuMs <= cpuBar,
        ),
        figure("CPU when every connection is new", median(cpuAfresh), "ms", null),
      ],
      notes: [
        `${about} (${scenario}), ${RUNS} runs, wall/chain in ms: ${runs.map(({ wallMs, chainMs }) => `${Math.round(wallMs)}/${Math.round(chainMs)}`).join(", ")}.`,
        `${about}, the longest chain: ${shown.join("; ")}.`,
        `${about}, CPU of ${CPU_RUNS} looks in ms: least ${Math.round(Math.min(...cpu))}, most ${Math.round(Math.max(...cpu))}.`,
      ],
    };
  } finally {
    await looker.close();
    await backends.close();
  }
}
