import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Figure, median } from "../report.ts";
import { type BackendsProcess, startBackends } from "./backends.ts";
import { fillCatalog } from "./catalog-of-size.ts";
import type { Measured } from "./measured.ts";
import type { Product } from "./product.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const SIZES = [50, 500, 5_000, 28_000] as const;
const PODS = 50_000;
const ANSWER_MS = 20;
const WARM_UP = 10;
const ROUNDS = 9;
/**
 * The neighbourhood is the same at every size, so nothing but noise should differ; a look that walked through the
 * catalog once would take several times as long at the largest.
 */
const BAR = 1.3;

interface AtSize {
  readonly size: number;
  readonly readMs: number;
  readonly heapMb: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Rows of the catalog that a look reads when one service has changed since the last. */
  readonly rows: number;
  readonly items: number;
}

/** The same alert in catalogs of growing size, in a cluster of 50,000 pods. */
export async function scaleOf(product: Product, now: Date): Promise<Measured> {
  const backends = await startBackends("acme-01", now, PODS);
  try {
    const sizes: AtSize[] = [];
    for (const size of SIZES) sizes.push(await atSize(product, backends, now, size));
    const [least, most] = [sizes[0], sizes.at(-1)];
    const against = (of: (one: AtSize) => number): number =>
      least === undefined || most === undefined ? Number.NaN : of(most) / of(least);
    const ratio = (name: string, value: number): Figure => ({
      name: `28,000 services against 50: ${name}`,
      value,
      unit: "×",
      bar: `≤ ${BAR}`,
      ok: value <= BAR,
    });
    const at = (size: number, name: string, value: number, unit: string): Figure => ({
      name: `${size.toLocaleString("en")} services: ${name}`,
      value,
      unit,
      bar: null,
      ok: true,
    });
    return {
      results: [
        ratio(
          "wall time",
          against(({ wallMs }) => wallMs),
        ),
        ratio(
          "CPU",
          against(({ cpuMs }) => cpuMs),
        ),
        ...sizes.flatMap(({ size, wallMs, cpuMs, rows, items, heapMb, readMs }) => [
          at(size, "first look", wallMs, "ms"),
          at(size, "CPU of a first look", cpuMs, "ms"),
          at(size, "rows of the catalog read by a first look after a sync", rows, "rows"),
          at(size, "objects in the backends' answers", items, "objects"),
          at(size, "memory of the catalog", heapMb, "MB"),
          at(size, "reading the catalog, once a process", readMs, "ms"),
        ]),
      ],
      notes: [
        `Growth: backends answer in ${ANSWER_MS} ms, the cluster holds ${PODS.toLocaleString("en")} pods more than Acme's, ten to a service and a hundred to a namespace; medians of ${ROUNDS} looks, before each of which one service is synced. The alert's neighbourhood is the same at every size, hence the bar.`,
      ],
    };
  } finally {
    await backends.close();
  }
}

async function atSize(product: Product, backends: BackendsProcess, now: Date, size: number): Promise<AtSize> {
  await fillCatalog(product.sql, backends, size);
  const looker = product.start();
  const before = heapMb();
  const began = performance.now();
  await looker.catalog.all();
  const readMs = performance.now() - began;
  const held = heapMb() - before;
  const looks = [];
  let items = 0;
  let rows = 0;
  for (let i = 0; i < WARM_UP + ROUNDS; i++) {
    await syncOne(product);
    await backends.begin(ANSWER_MS);
    looker.rowsRead();
    const look = await looker.look(backends, now);
    items = (await backends.end()).reduce((sum, one) => sum + one.items, 0);
    rows = looker.rowsRead();
    if (i >= WARM_UP) looks.push(look);
  }
  await looker.close();
  return {
    size,
    readMs,
    heapMb: held,
    rows,
    items,
    wallMs: median(looks.map(({ wallMs }) => wallMs)),
    cpuMs: median(looks.map(({ cpuMs }) => cpuMs)),
  };
}

/** What a push does to the catalog's tables. */
async function syncOne({ sql }: Product): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select version from catalog_version for update`;
    await tx`update services set synced_at = now() where id = (select max(id) from services)`;
    await tx`update catalog_version set version = version + 1`;
  });
}

function heapMb(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}
