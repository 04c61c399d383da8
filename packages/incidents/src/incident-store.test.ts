import { createTestDatabase, type TestDatabase } from "@oncall/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEvidenceStore, keepEvidencePartitions } from "./evidence-store.ts";
import { createIncidentStore, type IncidentStore } from "./incident-store.ts";
import { createPostStore } from "./post-store.ts";
import type { Alert, FirstLook } from "./types.ts";

let database: TestDatabase;
let incidents: IncidentStore;

beforeAll(async () => {
  database = await createTestDatabase();
  incidents = createIncidentStore(database.sql);
});
afterAll(() => database.drop());

function alert(over: Partial<Alert> = {}): Alert {
  return {
    name: "HighErrorRate",
    status: "firing",
    severity: "critical",
    source: "alertmanager",
    labels: { service: "order-service" },
    values: [],
    text: "HighErrorRate on order-service",
    receivedAt: "2026-01-31T03:00:00.000Z",
    links: [],
    ...over,
  };
}

function look(over: Partial<FirstLook> = {}): FirstLook {
  return {
    service: "order-service",
    resolution: "label service",
    candidates: [],
    window: { from: "2026-01-31T02:00:00.000Z", to: "2026-01-31T03:00:00.000Z" },
    onset: null,
    verdict: "cause_found",
    headline: "the pool is exhausted",
    causes: [],
    symptoms: [],
    healthy: [],
    unchecked: [],
    owner: null,
    blastRadius: [],
    nextSteps: [],
    resource: null,
    tookMs: 10,
    ...over,
  };
}

const place = { channel: "C1", threadTs: "1.0001" };

test("a job that runs again gets the investigation it began", async () => {
  const input = { inboxId: "in_again", alert: alert({ name: "Repeated" }), place };
  const first = await incidents.beginAlert(input);
  const second = await incidents.beginAlert(input);
  expect(first).toEqual(second);
  expect(first.state).toBe("investigate");
});

test("the same alert joins its open incident, also when two arrive at once", async () => {
  const begun = await Promise.all(
    ["in_twin1", "in_twin2", "in_twin3"].map((inboxId) =>
      incidents.beginAlert({ inboxId, alert: alert({ name: "Twin" }), place }),
    ),
  );
  expect(begun.map(({ state }) => state).sort()).toEqual(["investigate", "repeat", "repeat"]);
  expect(new Set(begun.map(({ incident }) => incident.id)).size).toBe(1);
  expect(await incidents.alerts(begun[0]?.incident.id ?? "")).toHaveLength(3);
  expect(
    (await incidents.beginAlert({ inboxId: "in_twin2", alert: alert({ name: "Twin" }), place })).state,
  ).toBe(begun[1]?.state);
});

test("a resolved alert closes the incident, and the next firing opens another", async () => {
  const fired = await incidents.beginAlert({ inboxId: "in_r1", alert: alert({ name: "Resolving" }), place });
  const input = { inboxId: "in_r2", alert: alert({ name: "Resolving", status: "resolved" }), place };
  const resolved = await incidents.resolve(input);
  expect(resolved?.incident).toMatchObject({ id: fired.incident.id, status: "resolved" });
  expect(await incidents.resolve(input)).toEqual(resolved);
  expect(await incidents.resolve({ ...input, inboxId: "in_r3" })).toBeNull();
  const again = await incidents.beginAlert({ inboxId: "in_r4", alert: alert({ name: "Resolving" }), place });
  expect(again.incident.id).not.toBe(fired.incident.id);
});

test("the first saved first look stays, and names the incident's service", async () => {
  const begun = await incidents.beginAlert({ inboxId: "in_look", alert: alert({ name: "Looked" }), place });
  if (begun.state !== "investigate") throw new Error("expected a new investigation");
  await incidents.saveFirstLook(begun.investigation.id, look());
  const stands = await incidents.saveFirstLook(begun.investigation.id, look({ headline: "another" }));
  expect(stands.headline).toBe("the pool is exhausted");
  expect(await incidents.get(begun.incident.id)).toMatchObject({ service: "order-service" });
});

test("a first look stored when candidates were names alone is still read", async () => {
  const begun = await incidents.beginAlert({ inboxId: "in_old", alert: alert({ name: "Old" }), place });
  if (begun.state !== "investigate") throw new Error("expected a new investigation");
  const candidates = ["user-service"] as unknown as FirstLook["candidates"];
  const stands = await incidents.saveFirstLook(begun.investigation.id, look({ candidates, service: "cart" }));
  expect(stands.candidates).toEqual([{ service: "user-service", why: "" }]);
});

test("a question joins the service's open incident; on its own it closes when nothing is wrong", async () => {
  const question = {
    question: "order-service",
    place: { channel: "C1" },
    askedAt: "2026-01-31T03:00:00.000Z",
  };
  const joined = await incidents.beginQuestion({ inboxId: "in_q1", service: "order-service", ...question });
  expect(joined.incident.title).toContain("Looked");
  const own = await incidents.beginQuestion({ inboxId: "in_q2", service: "user-service", ...question });
  await incidents.saveFirstLook(own.investigation.id, look({ verdict: "nothing_wrong" }));
  await incidents.finish(own.investigation.id, "done");
  expect(await incidents.get(own.incident.id)).toMatchObject({ status: "resolved" });
});

test("run again is a new investigation of the same incident, once for each press", async () => {
  const begun = await incidents.beginAlert({ inboxId: "in_first", alert: alert({ name: "Again" }), place });
  if (begun.state !== "investigate") throw new Error("expected a new investigation");
  const again = await incidents.beginAgain(begun.investigation.id, "in_press");
  expect(again).toMatchObject({
    incident: { id: begun.incident.id },
    investigation: { kind: "alert", status: "running" },
  });
  expect(again?.investigation.id).not.toBe(begun.investigation.id);
  expect((await incidents.beginAgain(begun.investigation.id, "in_press"))?.investigation.id).toBe(
    again?.investigation.id,
  );
  expect(await incidents.askedBy(again?.investigation.id ?? "")).toBe("in_press");
  expect(await incidents.beginAgain("inv_missing", "in_other")).toBeNull();
});

test("a person's last verdict counts", async () => {
  const begun = await incidents.beginAlert({ inboxId: "in_judged", alert: alert({ name: "Judged" }), place });
  if (begun.state !== "investigate") throw new Error("expected a new investigation");
  await incidents.giveFeedback(begun.investigation.id, "U1", false);
  await incidents.giveFeedback(begun.investigation.id, "U1", true);
  const rows =
    await database.sql`select person, helpful from feedback where investigation_id = ${begun.investigation.id}`;
  expect([...rows]).toEqual([{ person: "U1", helpful: true }]);
});

test("texts that Postgres cannot hold are stored with a mark", async () => {
  const begun = await incidents.beginAlert({
    inboxId: "in_nul",
    alert: alert({ name: "Nul", text: "a\u0000b\ud800" }),
    place,
  });
  const [stored] = await incidents.alerts(begun.incident.id);
  expect(stored?.alert.text).toBe("a\ufffdb\ufffd");
});

test("a post is reserved once for each kind and keeps its first timestamp", async () => {
  const posts = createPostStore(database.sql);
  const begun = await incidents.beginAlert({ inboxId: "in_post", alert: alert({ name: "Posted" }), place });
  if (begun.state !== "investigate") throw new Error("expected a new investigation");
  const owner = { investigationId: begun.investigation.id };
  const post = { kind: "first_look", channel: "C1", threadTs: "1.0001", text: "hello" } as const;
  const first = await posts.reserve(owner, post);
  expect(first.isNew).toBe(true);
  await posts.made(first.post.id, "2.0001");
  await posts.made(first.post.id, "3.0001");
  const second = await posts.reserve(owner, post);
  expect(second).toMatchObject({ isNew: false, post: { id: first.post.id, ts: "2.0001" } });
  expect((await posts.reserve(owner, { ...post, kind: "diagnosis" })).isNew).toBe(true);
});

test("evidence comes back as it was recorded; equal results are stored once", async () => {
  const evidence = createEvidenceStore(database.sql);
  const result = {
    state: "ok",
    data: { rows: Array.from({ length: 50 }, (_, row) => row) },
    evidence: "ev_same",
  };
  const record = (id: string) => ({
    id,
    investigationId: "inv_x",
    tool: "query_logs",
    input: { service: "order-service" },
    state: "ok" as const,
    summary: "50 rows",
    link: null,
    at: "2026-01-31T03:00:00.000Z",
    durationMs: 12.5,
    queries: [{ source: "logs", operation: "search", asked: "prod-order-*", durationMs: 4 }],
    cached: false,
    result,
  });
  await evidence.record(record("ev_1"));
  await evidence.record(record("ev_2"));
  expect(await evidence.get("ev_2")).toEqual(record("ev_2"));
  expect(await evidence.get("ev_missing")).toBeNull();
  expect((await evidence.list("inv_x")).map(({ id }) => id)).toEqual(["ev_1", "ev_2"]);
  const [stored] = await database.sql`select count(*)::int as n from evidence_results`;
  expect(stored?.n).toBe(1);
});

test("partitions older than the days kept are dropped, the coming months are there", async () => {
  const { sql } = database;
  await sql`create table evidence_200101 partition of evidence for values from ('2001-01-01') to ('2001-02-01')`;
  expect(await keepEvidencePartitions(sql, 90)).toEqual(["evidence_200101"]);
  const rows = await sql`select count(*)::int as n from pg_inherits where inhparent = 'evidence'::regclass`;
  expect(rows[0]?.n).toBe(3);
});
