import { loadavg } from "node:os";
import { openProduct } from "./first-look/product.ts";
import { scaleOf } from "./first-look/scale.ts";
import { speedOf } from "./first-look/speed.ts";
import { report } from "./report.ts";

/** The world stands still at this moment, so that every look asks the same. */
const NOW = new Date("2026-03-11T14:30:00.000Z");
const CPU_BAR_MS = 60;

/**
 * `pnpm bench first-look`: what the first look takes beyond the backends' own time, in wall time and CPU, and how that
 * grows with the catalog. The backends are Acme's, in a process of their own.
 */
export async function main(args: string[]): Promise<number> {
  const product = await openProduct();
  try {
    const parts = [
      await speedOf(product, {
        scenario: "acme-01",
        about: "one unhealthy service",
        now: NOW,
        cpuBar: CPU_BAR_MS,
      }),
      // Four services in two steps are looked into, so that a look is several: its CPU is only told.
      await speedOf(product, {
        scenario: "acme-39",
        about: "unhealthy dependencies two steps down",
        now: NOW,
        cpuBar: null,
      }),
      await scaleOf(product, NOW),
    ];
    return report(
      "first-look",
      parts.flatMap(({ results }) => results),
      [
        "Chain: for each request its answer was held back until nothing else moved; what was asked only after it needs it. The backends' times are measured where they answer.",
        ...parts.flatMap(({ notes }) => notes),
        `Load of the machine while measuring: ${loadavg()
          .map((load) => load.toFixed(1))
          .join(", ")}.`,
      ],
      args.includes("--json"),
    );
  } finally {
    await product.close();
  }
}
