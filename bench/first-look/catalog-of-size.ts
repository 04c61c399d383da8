import { parseServiceYaml, type ServiceDefinition } from "@oncall/catalog";
import type { Sql } from "@oncall/platform";
import type { Started } from "./backends-protocol.ts";

const ROWS_AT_ONCE = 1_000;
const HUBS = 12;
const CALLERS = 20;

/** Makes the catalog hold Acme's services and generated ones, `size` in all, in place of what it held. */
export async function fillCatalog(sql: Sql, company: Started, size: number): Promise<void> {
  const acme = company.services.map(({ yaml, repository }) => {
    const { definition } = parseServiceYaml(yaml);
    if (definition === null) throw new Error(`service.yaml of ${repository} is not valid`);
    return { definition, repository };
  });
  const called = acme.map(({ definition }) => definition.name);
  const others = generated(size - acme.length, called).map((definition) => ({
    definition,
    repository: `acme/${definition.name}`,
  }));
  await sql.begin(async (tx) => {
    await tx`truncate services cascade`;
    const all = [...acme, ...others];
    for (let i = 0; i < all.length; i += ROWS_AT_ONCE) {
      const rows = all.slice(i, i + ROWS_AT_ONCE).map(({ definition, repository }) => ({
        name: definition.name,
        team: definition.team,
        repository,
        path: "service.yaml",
        commit: "0".repeat(40),
        definition: tx.json(definition as never),
        synced_at: new Date(0),
      }));
      await tx`insert into services ${tx(rows)}`;
    }
    await tx`update catalog_version set version = version + 1`;
  });
}

/**
 * Services as a grown company has them: layered, most with two to six dependencies in the layers beneath, a dozen hubs
 * that a tenth of all depend on, a database of their own, ten to a namespace. The topmost twenty, whom hardly anything calls,
 * call services of `called`, so that these have the same neighbours in a catalog of any size. The same for the same size.
 */
export function generated(count: number, called: readonly string[]): ServiceDefinition[] {
  const random = mulberry32(count);
  const pick = (below: number): number => Math.floor(random() * below);
  const nameOf = (i: number): string => `${WORDS[i % WORDS.length]}-${KINDS[kindOf(i)]}-${i}`;
  return Array.from({ length: count }, (_, i): ServiceDefinition => {
    const name = nameOf(i);
    const beneath = Array.from({ length: i === 0 ? 0 : 1 + pick(5) }, () => nameOf(pick(i)));
    if (i >= count - CALLERS) beneath.push(called[i % called.length] ?? "");
    if (i > HUBS && random() < 0.1) beneath.push(nameOf(pick(HUBS)));
    const services = [...new Set(beneath)].map((dependency) => ({
      name: dependency,
      type: "internal" as const,
      critical: random() < 0.6,
      awsHosted: false,
    }));
    const store = { name: `postgres-${i}`, type: "database" as const, critical: true, awsHosted: true };
    return {
      name,
      team: `team-${Math.floor(i / 8)}`,
      slackChannel: `#team-${Math.floor(i / 8)}`,
      pagerAlias: `team-${Math.floor(i / 8)}`,
      aliases: i % 7 === 0 ? [`${name}-v2`] : [],
      dependencies: [
        ...services,
        ...(i % 2 === 0 ? [{ ...store, awsService: "rds", awsRegion: "eu-west-1" }] : []),
      ],
      resources: i % 3 === 0 ? [{ pattern: `r${i}-*`, type: "record" }] : [],
      observability: { prometheusJob: name, opensearchIndex: `prod-${name}-*`, logPatterns: [] },
      deployment: {
        kubernetes: { cluster: "prod-us-east-1", namespace: `area-${Math.floor(i / 10)}`, workload: name },
      },
      runbooks: [],
      automation: { allowedActions: [], requiresApproval: [] },
    };
  });
}

const WORDS = [
  "ledger",
  "basket",
  "quote",
  "parcel",
  "fraud",
  "profile",
  "stock",
  "offer",
  "invoice",
  "session",
];
const KINDS = ["api", "worker", "gateway", "store", "sync"];

function kindOf(i: number): number {
  return Math.floor(i / WORDS.length) % KINDS.length;
}

/** A small seeded generator (Tommy Ettinger's mulberry32, public domain). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
