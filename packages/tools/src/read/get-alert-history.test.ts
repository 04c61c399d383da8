import { createPastIncidents } from "@oncall/incidents";
import { createTestDatabase, type TestDatabase } from "@oncall/platform/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRegistry } from "../registry.ts";
import { catalogOf, entryFrom } from "../testing/catalog.ts";
import { memoryEvidence } from "../testing/evidence.ts";

const NOW = new Date("2026-01-31T03:00:00Z");
const ONSET = new Date("2026-01-31T02:50:00Z");
const entry = entryFrom(`
name: shop
team: commerce
slack_channel: "#commerce"
pager_alias: commerce
`);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.sql`truncate incidents cascade`;
});

interface Past {
  readonly id: string;
  readonly daysAgo: number;
  readonly service?: string;
  readonly fingerprint?: string;
  readonly cause?: { readonly service: string; readonly code: string; readonly summary: string };
}

async function happened({ id, daysAgo, service = "shop", fingerprint = `fp-${id}`, cause }: Past) {
  const { sql } = database;
  const began = new Date(ONSET.getTime() - daysAgo * 86_400_000);
  const over = new Date(began.getTime() + 20 * 60_000);
  await sql`
    insert into incidents (id, fingerprint, title, status, severity, service, started_at, resolved_at)
    values (${id}, ${fingerprint}, ${`Alert ${id}`}, 'resolved', 'critical', ${service}, ${began}, ${over})`;
  if (cause === undefined) return;
  await sql`
    insert into investigations (id, incident_id, inbox_id, kind, status, first_look)
    values (${`inv-${id}`}, ${id}, ${`in-${id}`}, 'alert', 'done', ${sql.json({ causes: [cause] })})`;
}

async function history(input: Readonly<Record<string, unknown>>) {
  const registry = createRegistry({
    deps: { catalog: catalogOf([entry]), incidents: createPastIncidents(database.sql) },
    evidence: memoryEvidence(),
    now: () => NOW,
  });
  return await registry.call("get_alert_history", input, { onset: ONSET });
}

const cause = { service: "postgres", code: "db.crashed", summary: "It restarted" };
const many = (count: number): Past[] =>
  Array.from({ length: count }, (_, i) => ({ id: `inc-${String(i).padStart(2, "0")}`, daysAgo: 1 + i / 10 }));

test.each<[string, Past[], Readonly<Record<string, unknown>>, object]>([
  [
    "empty: nothing ever happened",
    [],
    { service: "shop" },
    {
      state: "ok",
      data: { service: "shop", total: 0, incidents: [] },
      searched: expect.stringMatching(/^incidents of shop .*2026-01-01T02:50.* to 2026-01-31T02:50/),
    },
  ],
  [
    "a service that nobody knows",
    [],
    { service: "shpo" },
    { state: "error", error: { kind: "not_found", message: expect.stringContaining("shop") } },
  ],
  [
    "one, with what it came from and how long it took",
    [{ id: "inc-1", daysAgo: 2, cause }],
    { service: "shop" },
    {
      data: {
        total: 1,
        incidents: [
          {
            ...{ id: "inc-1", same_alert: false, severity: "critical", cause },
            ...{ started_at: "2026-01-29T02:50:00.000Z", resolved_at: "2026-01-29T03:10:00.000Z" },
          },
        ],
      },
    },
  ],
  [
    "the same alert comes first, of whichever service; another service's own does not come",
    [
      { id: "inc-new", daysAgo: 1 },
      { id: "inc-same", daysAgo: 9, service: "cart", fingerprint: "fp" },
      { id: "inc-other", daysAgo: 1, service: "cart" },
    ],
    { service: "shop", fingerprint: "fp" },
    {
      data: {
        total: 2,
        incidents: [
          { id: "inc-same", same_alert: true, cause: null },
          { id: "inc-new", same_alert: false },
        ],
      },
    },
  ],
  [
    "the incident itself and what lies too far back are not among them",
    [
      { id: "inc-now", daysAgo: 0 },
      { id: "inc-old", daysAgo: 8 },
      { id: "inc-in", daysAgo: 6 },
    ],
    { service: "shop", days: 7 },
    { data: { total: 1, incidents: [{ id: "inc-in" }] } },
  ],
  [
    "a question is no alert",
    [{ id: "inc-q", daysAgo: 1, fingerprint: "question:1" }],
    { service: "shop" },
    { data: { total: 0 } },
  ],
  [
    "many: the newest 20, and how many more there are",
    many(33),
    { service: "shop" },
    {
      data: {
        total: 33,
        incidents: many(20).map(({ id }) => ({ id })),
      },
      omitted: "13 older ones of 33 incidents.",
    },
  ],
  [
    "further back than anything is kept",
    [],
    { service: "shop", days: 400 },
    { state: "error", error: { kind: "invalid_input", message: expect.stringContaining("days") } },
  ],
])("%s", async (_, incidents, input, expected) => {
  for (const each of incidents) await happened(each);
  expect(await history(input)).toMatchObject(expected);
});
