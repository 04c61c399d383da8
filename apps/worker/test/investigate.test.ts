import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startScriptedModel } from "../../../packages/sandbox/src/index.ts";
import {
  type ApiProcess,
  eventually,
  type Installation,
  install,
  type Process,
  syncCatalog,
} from "../../../test/installation.ts";

interface Running {
  readonly installation: Installation;
  readonly api: ApiProcess;
  readonly worker: Process;
}

async function run(options: Parameters<typeof install>[0]): Promise<Running> {
  const installation = await install(options);
  const api = await installation.startApi();
  const worker = await installation.startWorker();
  await syncCatalog(installation, api.url);
  return { installation, api, worker };
}

/** The answers under a message, once there are `count` of them. */
async function answers({ installation }: Running, place: { channel: string; ts: string }, count = 1) {
  return await installation.sandbox.waitFor("an answer in the thread", () => {
    const thread = installation.sandbox.thread(place.channel, place.ts).slice(1);
    return thread.length >= count ? thread : undefined;
  });
}

describe("at a company with a fault", () => {
  let running: Running;
  beforeAll(async () => {
    running = await run({ scenario: "acme-01" });
  });
  afterAll(() => running?.installation.close());
  beforeEach(() => running.installation.database.sql`update incidents set status = 'resolved'`);

  test("the alert is answered in its thread, and everything it cites is recorded", async () => {
    const { installation, api } = running;
    const alert = await installation.sandbox.fireAlert(api.url);
    const [look] = await answers(running, alert);
    const { body } = await api.get("/api/incidents?status=open");
    const [incident] = body.incidents as { id: string; service: string }[];
    expect(incident?.service).toBe("order-service");
    expect(look?.text).toContain("No model was consulted");
    const cited = [...new Set(look?.text.match(/ev_[a-z0-9]{12}/g))];
    expect(cited.length).toBeGreaterThan(3);
    for (const id of cited) expect((await api.get(`/api/evidence/${id}`)).body).toMatchObject({ id });
    const detail = (await api.get(`/api/incidents/${incident?.id}`)).body as {
      investigations: { posts: unknown[]; diagnosisSkipped: string }[];
    };
    expect(detail.investigations[0]?.posts).toHaveLength(1);
    expect(detail.investigations[0]?.diagnosisSkipped).toContain("ANTHROPIC_API_KEY");
  });

  test("what misses the budget is appended to the first look when it arrives", async () => {
    const { sandbox, database } = running.installation;
    // One search for now and one for the time before.
    const held = [1, 2].map(() => sandbox.faults.opensearch.hold("before"));
    const alert = await sandbox.fireAlert(running.api.url);
    const [look] = await answers(running, alert);
    expect(look?.text).toMatch(/Logs of order-service: it did not answer/);
    for (const { release } of held) release();
    const amended = await sandbox.waitFor("the first look with the logs", () => {
      const [, said] = sandbox.thread(alert.channel, alert.ts);
      return said?.text.includes("Added after") ? said : undefined;
    });
    expect(amended.text).toContain("Answered late, and taken into account: Logs of order-service");
    expect(amended.text).not.toContain("Could not be checked");
    expect(sandbox.thread(alert.channel, alert.ts)).toHaveLength(2);
    // What was posted stays on record beside what came late.
    const [row] = await database.sql`
      select first_look, appended from investigations
      join incidents on incidents.id = incident_id where thread_ts = ${alert.ts}`;
    expect(row?.first_look.unchecked).toMatchObject([{ what: "Logs of order-service" }]);
    expect(row?.appended).toMatchObject({
      changes: [expect.stringContaining("Logs of")],
      look: { unchecked: [] },
    });
  });

  test("an alert that came before says so, and what it was then", async () => {
    const { sandbox, database } = running.installation;
    const { channel } = sandbox.scenario.alert;
    const fire = () =>
      sandbox.say(running.api.url, { channel, text: "FIRING: CheckoutSlow on order-service" });
    const [first] = await answers(running, await fire());
    expect(first?.text).not.toContain("Seen before");
    await eventually("the first investigation is over", async () => {
      const [row] = await database.sql`
        update incidents set status = 'resolved', resolved_at = started_at + interval '42 minutes'
        where title like 'CheckoutSlow%' and not exists (
          select from investigations where incident_id = incidents.id and status = 'running') returning id`;
      return row;
    });
    const [second] = await answers(running, await fire());
    expect(second?.text).toMatch(
      /Seen before\* Second time in 7 days; the last began at .* and was resolved after 42 minutes; cause then: order-service, the database connection pool is exhausted \[`ev_/,
    );
  });

  test("a redelivered event changes nothing; the same alert again is told where it belongs", async () => {
    const { sandbox, database } = running.installation;
    const alert = await sandbox.fireAlert(running.api.url);
    await answers(running, alert);
    await sandbox.redeliver(running.api.url, alert.eventId);
    const again = await sandbox.fireAlert(running.api.url);
    const [notice] = await answers(running, again);
    expect(notice?.text).toContain("Already known");
    expect(sandbox.thread(alert.channel, alert.ts)).toHaveLength(2);
    const [row] = await database.sql`
      select (select count(*)::int from investigations i where i.incident_id = incidents.id) as runs,
             (select count(*)::int from alerts a where a.incident_id = incidents.id) as alerts
      from incidents where thread_ts = ${alert.ts}`;
    expect(row).toMatchObject({ runs: 1, alerts: 2 });
  });

  test("RESOLVED closes the incident and says so in its thread", async () => {
    const { sandbox, database } = running.installation;
    const { channel } = sandbox.scenario.alert;
    const fired = await sandbox.say(running.api.url, {
      channel,
      text: "FIRING: PoolAlmostEmpty on order-service",
    });
    await answers(running, fired);
    await sandbox.say(running.api.url, { channel, text: "RESOLVED: PoolAlmostEmpty on order-service" });
    await eventually("the incident is resolved", async () => {
      const [row] = await database.sql`select status from incidents where thread_ts = ${fired.ts}`;
      return row?.status === "resolved" ? true : undefined;
    });
    const [, resolved] = await answers(running, fired, 2);
    expect(resolved?.text).toContain("Resolved");
  });

  test("an alert about a service nobody knows gets the closest names", async () => {
    const { sandbox } = running.installation;
    const said = await sandbox.say(running.api.url, {
      channel: sandbox.scenario.alert.channel,
      text: "HighLatency is FIRING on ordr-service",
    });
    const [look] = await answers(running, said);
    expect(look?.text).toMatch(/No known service/);
    expect(look?.text).toMatch(/order-service/);
    expect(look?.text).toMatch(/What was tried/i);
  });

  test("buttons: a verdict is kept, evidence is whispered, run again answers in the thread once more", async () => {
    const { sandbox, database } = running.installation;
    const alert = await sandbox.fireAlert(running.api.url);
    const [look] = await answers(running, alert);
    const screen = await sandbox.showScreen({ productUrl: running.api.url });
    const actions = look?.blocks?.findIndex(({ type }) => type === "actions") ?? -1;
    const press = async (element: number): Promise<void> => {
      const body = JSON.stringify({ channel: alert.channel, ts: look?.ts, block: actions, element });
      const headers = { "content-type": "application/json" };
      const response = await fetch(new URL("/api/actions", screen.url), { method: "POST", headers, body });
      expect(await response.json()).toEqual({ status: 200, answered: true });
    };
    await press(0);
    await sandbox.waitFor("thanks", () =>
      sandbox.ephemerals().find(({ text }) => text.includes("thank you")),
    );
    const [kept] = await database.sql`select helpful from feedback`;
    expect(kept?.helpful).toBe(true);
    await press(2);
    const shown = await sandbox.waitFor("the evidence", () =>
      sandbox.ephemerals().find(({ text }) => text.includes("*Evidence*")),
    );
    expect(shown.text).toMatch(/ev_[a-z0-9]{12}[\s\S]*get_recent_deploys/);
    await press(3);
    const [, again] = await answers(running, alert, 2);
    expect(again?.text).toContain("db.pool_exhausted");
  });

  test("a person chatting about alerts is left alone", async () => {
    const { sandbox, database } = running.installation;
    const [before] = await database.sql`select count(*)::int as n from inbox`;
    await sandbox.say(running.api.url, {
      channel: sandbox.scenario.alert.channel,
      text: "that alert yesterday was noisy, wasn't it",
    });
    const [after] = await database.sql`select count(*)::int as n from inbox`;
    expect(after).toEqual(before);
  });

  test.each([["order-service"], ["ord-1234"]])(
    "/diagnose %s is answered in the channel, linked to the incident",
    async (target) => {
      const { sandbox } = running.installation;
      const { channel } = sandbox.scenario.alert;
      const count = sandbox.channel(channel).length;
      const reply = await sandbox.command(running.api.url, { command: "/diagnose", text: target, channel });
      expect(reply).toMatchObject({ status: 200, body: expect.stringContaining(target) });
      const posted = await sandbox.waitFor("the answer", () => sandbox.channel(channel)[count]);
      expect(posted.thread_ts).toBeUndefined();
      expect(posted.text).toContain("db.pool_exhausted");
      expect(posted.text).toMatch(/incident.*inc_[a-z0-9]{12}/);
      if (target === "ord-1234") expect(posted.text).toContain("Database connection timeout after 30s");
    },
  );

  test("a service.yaml that is not valid leaves the good entry and says where and how to mend it", async () => {
    const { sandbox } = running.installation;
    const push = await sandbox.push(running.api.url, {
      repository: "acme/user-service",
      files: {
        "service.yaml":
          "name: user-service\nteam: identity\nslack_channel: '#identity-oncall'\ndependencies:\n  - name: postgres-users\n    type: databse\n",
      },
    });
    expect(push.status).toBe(202);
    const sync = await eventually("the sync", async () => {
      const { body } = await running.api.get("/api/catalog/syncs");
      return (body.syncs as { id: string; outcome: string; commit: string }[]).find(
        ({ commit }) => commit === push.sha,
      );
    });
    expect(sync.outcome).toBe("invalid");
    const { body } = await running.api.get(`/api/catalog/syncs/${sync.id}`);
    const [file] = body.files as { errors: { line: number; key: string; mend: string }[] }[];
    expect(file?.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ line: 6, key: "dependencies[0].type" }),
        expect.objectContaining({ key: "pager_alias" }),
      ]),
    );
    expect((await running.api.get("/api/services/user-service")).body).toMatchObject({
      pagerAlias: expect.any(String),
    });
    expect(sandbox.commitStatuses().some(({ sha, state }) => sha === push.sha && state === "failure")).toBe(
      true,
    );
  });

  test("a backend that is down is named, and the rest is told", async () => {
    const { sandbox } = running.installation;
    sandbox.faults.opensearch.fail(503);
    try {
      const alert = await sandbox.fireAlert(running.api.url);
      const [look] = await answers(running, alert);
      expect(look?.text).toMatch(/Could not be checked[\s\S]*Logs/i);
      expect(look?.text).toContain("requests fail");
    } finally {
      sandbox.faults.opensearch.heal();
    }
  });
});

describe("with almost nothing configured", () => {
  let running: Running;
  beforeAll(async () => {
    running = await run({
      scenario: "acme-03",
      env: {
        PROMETHEUS_URL: "",
        OPENSEARCH_URL: "",
        AWS_ENDPOINT_URL_HEALTH: "",
        AWS_ACCESS_KEY_ID: "",
        AWS_SECRET_ACCESS_KEY: "",
      },
    });
  });
  afterAll(() => running?.installation.close());

  test("the first look says what it could not check and still finds what Kubernetes shows", async () => {
    const alert = await running.installation.sandbox.fireAlert(running.api.url);
    const [look] = await answers(running, alert);
    expect(look?.text).toContain("k8s.oom_killed");
    expect(look?.text).toMatch(/Could not be checked[\s\S]*PROMETHEUS_URL/);
    expect(look?.text).toMatch(/Could not be checked[\s\S]*OPENSEARCH_URL/);
  });
});

describe("with a model", () => {
  test("the diagnosis follows in the thread and its evidence exists; a model that is down costs only the diagnosis", async () => {
    const model = await startScriptedModel({ script: "echo-first-look" });
    const running = await run({
      scenario: "acme-02",
      env: { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "scripted" },
    });
    try {
      const alert = await running.installation.sandbox.fireAlert(running.api.url);
      const [, diagnosis] = await answers(running, alert, 2);
      expect(diagnosis?.text).toContain("aws.outage");
      const cited = diagnosis?.text.match(/ev_[a-z0-9]{12}/g) ?? [];
      expect(cited.length).toBeGreaterThan(0);
      for (const id of cited) expect((await running.api.get(`/api/evidence/${id}`)).status).toBe(200);

      await model.close();
      await running.installation.database.sql`update incidents set status = 'resolved'`;
      const later = await running.installation.sandbox.fireAlert(running.api.url);
      const [look, none] = await answers(running, later, 2);
      expect(look?.text).toContain("aws.outage");
      expect(none?.text).toContain("No diagnosis");
    } finally {
      await running.installation.close();
      await model.close();
    }
  });
});
