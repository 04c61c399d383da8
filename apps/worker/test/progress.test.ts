import { afterAll, beforeAll, expect, test } from "vitest";
import { type ScriptedModel, startScriptedModel, type Turn } from "../../../packages/sandbox/src/index.ts";
import {
  type ApiProcess,
  eventually,
  type Installation,
  install,
  syncCatalog,
} from "../../../test/installation.ts";

/** A model whose second answer is held: the line that shows its progress has time to appear. */
const service = { service: "{{service}}" };
let answering: { readonly held: Promise<void>; release(): void };
const script: readonly Turn[] = [
  { content: [{ tool_use: "get_dependents", input: { ...service, depth: 2 } }] },
  {
    content: [{ tool_use: "query_logs", input: { ...service, query: "Connection is not available" } }],
    get holdUntil() {
      return answering.held;
    },
  },
  {
    content: [
      {
        tool_use: "submit_diagnosis",
        input: {
          headline: "The pool is too small.",
          root_causes: [],
          first_look: { agrees: true, why: "So it seems." },
          impact: "Orders fail.",
          blast_radius: [],
          ruled_out: [],
          actions: [],
          watch: [],
          open_questions: [],
        },
      },
    ],
  },
];

let installation: Installation;
let model: ScriptedModel;
let api: ApiProcess;

beforeAll(async () => {
  model = await startScriptedModel({ script });
  installation = await install({
    env: {
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "scripted",
      SLACK_PROGRESS_SECONDS: "1",
    },
  });
  api = await installation.startApi();
  const worker = await installation.startWorker();
  await syncCatalog(installation, api.url);
  await worker.stop();
});

afterAll(async () => {
  await installation?.close();
  await model?.close();
});

async function alerted(): Promise<{ channel: string; ts: string }> {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  answering = { held, release };
  await installation.database.sql`update incidents set status = 'resolved'`;
  return await installation.sandbox.fireAlert(api.url);
}

const said = ({ channel, ts }: { channel: string; ts: string }) =>
  installation.sandbox.thread(channel, ts).slice(1);
const lineIn = (place: { channel: string; ts: string }) =>
  said(place).find(({ text }) => text.startsWith("Working on a diagnosis"));

async function done(ts: string): Promise<void> {
  await eventually("the investigation is done", async () => {
    const [row] = await installation.database.sql`
      select investigations.id from investigations join incidents on incidents.id = incident_id
      where incidents.thread_ts = ${ts} and investigations.status = 'done'`;
    return row;
  });
}

test("one line shows the agent's progress, outlives its worker, and says at the end that it is over", async () => {
  const { sandbox } = installation;
  const first = await installation.startWorker();
  const alert = await alerted();
  const line = await sandbox.waitFor("the line", () => lineIn(alert));
  expect(line.text).toMatch(/ · step \d+: (?:thinking|asking `get_dependents`) …$/);
  await first.kill();

  const second = await installation.startWorker();
  // The run that goes on counts on.
  await sandbox.waitFor("the line of the second run", () =>
    lineIn(alert)?.text.includes("step 4") ? true : undefined,
  );
  answering.release();
  await done(alert.ts);
  expect(said(alert).map(({ text }) => text.split(/[·,:]/)[0]?.trim())).toEqual([
    "*First look*",
    "Worked on a diagnosis with claude-opus-5-5",
    "*Diagnosis*",
  ]);
  expect(said(alert)[1]?.ts).toBe(line.ts);
  await second.stop();
});

test("while Slack limits changes of messages, the diagnosis comes all the same", async () => {
  const { sandbox } = installation;
  const worker = await installation.startWorker();
  sandbox.faults.slack.fail(429, {
    headers: { "retry-after": "600" },
    condition: ({ path, body }) =>
      path.endsWith("/chat.update") || JSON.stringify(body).includes("Working on a diagnosis"),
  });
  try {
    const alert = await alerted();
    await eventually(
      "the line is refused",
      async () =>
        (await installation.database.sql`select 1 from posts where kind = 'progress' and ts is null`)[0],
    );
    answering.release();
    await done(alert.ts);
    expect(said(alert).map(({ text }) => /^\*([\w ]+)\*/.exec(text)?.[1])).toEqual([
      "First look",
      "Diagnosis",
    ]);
  } finally {
    sandbox.faults.slack.heal();
    await worker.stop();
  }
});
