import { afterAll, beforeAll, expect, test } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../../packages/sandbox/src/index.ts";
import {
  type ApiProcess,
  eventually,
  type Installation,
  install,
  syncCatalog,
} from "../../../test/installation.ts";

/**
 * A worker is killed with SIGKILL at each moment that could lose or double an answer; the next one must leave the
 * thread with one first look and one diagnosis.
 */
let installation: Installation;
let model: ScriptedModel;
let api: ApiProcess;

beforeAll(async () => {
  model = await startScriptedModel({ script: "echo-first-look" });
  installation = await install({ env: { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "scripted" } });
  api = await installation.startApi();
  const worker = await installation.startWorker();
  await syncCatalog(installation, api.url);
  await worker.stop();
});

afterAll(async () => {
  await installation?.close();
  await model?.close();
});

const isPost = ({ path, body }: { path: string; body: unknown }, what: string): boolean =>
  path.endsWith("/chat.postMessage") && JSON.stringify(body).includes(`*${what}*`);

test.each([
  ["before the first look is posted", "before", "First look"],
  ["after Slack took the first look, before that was recorded", "after", "First look"],
  ["after the first look, while the diagnosis is about to be posted", "before", "Diagnosis"],
  ["after Slack took the diagnosis, before that was recorded", "after", "Diagnosis"],
] as const)("killed %s", async (_, when, what) => {
  const { sandbox, database } = installation;
  // Each case is an incident of its own.
  await database.sql`update incidents set status = 'resolved'`;
  const hold = sandbox.faults.slack.hold(when, (request) => isPost(request, what));
  const first = await installation.startWorker();
  const alert = await sandbox.fireAlert(api.url);
  expect(alert.status).toBe(200);
  await hold.reached;
  await first.kill();
  hold.drop();

  const second = await installation.startWorker();
  const investigation = await eventually("the investigation ends", async () => {
    const [row] = await database.sql`
      select investigations.* from investigations join incidents on incidents.id = incident_id
      where incidents.thread_ts = ${alert.ts} and investigations.status = 'done'`;
    return row;
  });
  const thread = sandbox.thread(alert.channel, alert.ts).slice(1);
  expect(thread.map(({ text }) => /^\*([\w ]+)\*/.exec(text)?.[1])).toEqual(["First look", "Diagnosis"]);
  expect(thread[0]?.text).toContain("db.pool_exhausted");
  expect(investigation.first_look.verdict).toBe("cause_found");
  await second.stop();
});

test("killed while answers were late: the next asks again and adds them to the first look that stands", async () => {
  const { sandbox, database } = installation;
  await database.sql`update incidents set status = 'resolved'`;
  // One search for now and one for the time before.
  const held = [1, 2].map(() => sandbox.faults.opensearch.hold("before"));
  const first = await installation.startWorker();
  const alert = await sandbox.fireAlert(api.url);
  const said = await sandbox.waitFor("the diagnosis", () => {
    const thread = sandbox.thread(alert.channel, alert.ts).slice(1);
    return thread.length === 2 ? thread : undefined;
  });
  expect(said[0]?.text).toMatch(/Logs of order-service: it did not answer/);
  await first.kill();
  for (const { drop } of held) drop();

  const second = await installation.startWorker();
  const row = await eventually("the investigation ends", async () => {
    const [done] = await database.sql`
      select investigations.* from investigations join incidents on incidents.id = incident_id
      where incidents.thread_ts = ${alert.ts} and investigations.status = 'done'`;
    return done;
  });
  const thread = sandbox.thread(alert.channel, alert.ts).slice(1);
  expect(thread.map(({ ts }) => ts)).toEqual(said.map(({ ts }) => ts));
  expect(thread[0]?.text).toContain("Answered late, and taken into account: Logs of order-service");
  expect(row).toMatchObject({ awaits_late: false, appended: { look: { unchecked: [] } } });
  await second.stop();
});

test("killed while the catalog is synced, the sync is done by the next", async () => {
  const { sandbox, database } = installation;
  const hold = sandbox.faults.github.hold("before", ({ path }) => path.includes("/contents/"));
  const first = await installation.startWorker();
  const text =
    'name: search-service\nteam: commerce\nslack_channel: "#commerce-oncall"\npager_alias: commerce\n';
  await sandbox.push(api.url, { repository: "acme/order-service", files: { "search/service.yaml": text } });
  await hold.reached;
  await first.kill();
  hold.drop();
  const second = await installation.startWorker();
  await eventually("the service is in the catalog", async () => {
    const rows = await database.sql`select 1 from services where name = 'search-service'`;
    return rows.length > 0 ? true : undefined;
  });
  await second.stop();
});

test("the api is killed right after its acknowledgement: the event is handled all the same", async () => {
  const { sandbox, database } = installation;
  await database.sql`update incidents set status = 'resolved'`;
  const alert = await sandbox.fireAlert(api.url);
  expect(alert.status).toBe(200);
  await api.kill();
  const worker = await installation.startWorker();
  await sandbox.waitFor("the first look", () => sandbox.thread(alert.channel, alert.ts)[1]);
  await worker.stop();
  api = await installation.startApi();
});

test("an event whose job the queue lost is found by the sweeper", async () => {
  const { sandbox, database } = installation;
  await database.sql`
    insert into inbox (id, source, delivery_id, kind, payload) values ('in_lost', 'slack', 'Ev_lost', 'investigate', ${database.sql.json(
      {
        trigger: "question",
        target: "payment-service",
        question: null,
        askedBy: null,
        place: { channel: sandbox.scenario.alert.channel },
        askedAt: new Date().toISOString(),
      },
    )})`;
  const worker = await installation.startWorker();
  await eventually("the row is done", async () => {
    const [row] = await database.sql`select status from inbox where id = 'in_lost'`;
    return row?.status === "done" ? true : undefined;
  });
  await worker.stop();
});

test("SIGTERM ends a worker with 0 and gives its running job back", async () => {
  const { sandbox, database } = installation;
  await database.sql`update incidents set status = 'resolved'`;
  const hold = sandbox.faults.slack.hold("before", (request) => isPost(request, "First look"));
  const first = await installation.startWorker();
  const alert = await sandbox.fireAlert(api.url);
  await hold.reached;
  expect(await first.stop()).toBe(0);
  hold.drop();
  const second = await installation.startWorker();
  await sandbox.waitFor("the first look", () => sandbox.thread(alert.channel, alert.ts)[1]);
  expect(await second.stop()).toBe(0);
});
