import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ScriptedModel, startScriptedModel, type Turn } from "../../../packages/sandbox/src/index.ts";
import {
  type ApiProcess,
  eventually,
  type Installation,
  install,
  syncCatalog,
} from "../../../test/installation.ts";

/**
 * A worker is killed with SIGKILL while its agent is at work: the next one goes on after the last finished step. The
 * inputs of the calls are the agent's own, so that their evidence is told from the first look's.
 */
const service = { service: "{{service}}" };
const DEPENDENTS = { ...service, depth: 2 };
const DEPENDENCIES = { ...service, depth: 2 };
const LOGS = { ...service, query: "Connection is not available" };

let installation: Installation;
let model: ScriptedModel;
let api: ApiProcess;
/** Holds the model's second answer of the run under way. */
let second: { readonly held: Promise<void>; release(): void };

const script: readonly Turn[] = [
  {
    content: [
      { tool_use: "get_dependents", input: DEPENDENTS },
      { tool_use: "query_logs", input: LOGS },
      { tool_use: "get_dependencies", input: DEPENDENCIES },
    ],
  },
  {
    content: [{ tool_use: "get_escalation_path", input: service }],
    get holdUntil() {
      return second.held;
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

beforeAll(async () => {
  model = await startScriptedModel({ script });
  installation = await install({ env: { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "scripted" } });
  api = await installation.startApi();
  const worker = await installation.startWorker();
  await syncCatalog(installation, api.url);
  await worker.stop();
});

beforeEach(async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  second = { held, release };
  await installation.database.sql`update incidents set status = 'resolved'`;
});

afterAll(async () => {
  await installation?.close();
  await model?.close();
});

async function investigationOf(ts: string, status: "running" | "done"): Promise<string> {
  return eventually(`the investigation is ${status}`, async () => {
    const [row] = await installation.database.sql`
      select investigations.id from investigations join incidents on incidents.id = incident_id
      where incidents.thread_ts = ${ts} and investigations.status = ${status}`;
    return row?.id as string | undefined;
  });
}

const stepsOf = (id: string) =>
  installation.database
    .sql`select kind, body->>'tool' as tool from agent_steps where run_id = ${id} order by seq`;

/** How often each of the agent's own questions was asked of a backend and recorded. */
async function asked(id: string): Promise<Record<string, number>> {
  const rows = await installation.database.sql`
    select tool, count(*)::int as n from evidence where investigation_id = ${id}
      and (input->>'depth' = '2' or input->>'query' = ${LOGS.query}) group by tool`;
  return Object.fromEntries(rows.map(({ tool, n }) => [tool, n]));
}

test("killed between steps, no finished model call and no finished tool call is repeated", async () => {
  const before = model.requests.length;
  const first = await installation.startWorker();
  const alert = await installation.sandbox.fireAlert(api.url);
  const id = await investigationOf(alert.ts, "running");
  await eventually("the second answer is waited for", async () =>
    model.requests.length - before === 2 ? true : undefined,
  );
  await first.kill();
  expect((await stepsOf(id)).map(({ kind }) => kind)).toEqual(["begun", "model", "tool", "tool", "tool"]);
  second.release();

  const next = await installation.startWorker();
  await investigationOf(alert.ts, "done");
  // The one that was cut off, and the second and the third.
  expect(model.requests.length - before).toBe(4);
  expect(await asked(id)).toEqual({ get_dependents: 1, query_logs: 1, get_dependencies: 1 });
  const [ledger] = await installation.database
    .sql`select count(*)::int as n from model_calls where run_id = ${id}`;
  expect(ledger?.n).toBe(3);
  await next.stop();
});

test("killed in the middle of a parallel batch, only what was not finished runs again", async () => {
  const { sandbox, database } = installation;
  const before = model.requests.length;
  const isOurs = ({ body }: { body: unknown }): boolean => JSON.stringify(body ?? null).includes(LOGS.query);
  const hold = sandbox.faults.opensearch.hold("before", isOurs);
  const first = await installation.startWorker();
  const alert = await sandbox.fireAlert(api.url);
  await hold.reached;
  const id = await investigationOf(alert.ts, "running");
  await eventually("the other two are recorded", async () => {
    const [row] =
      await database.sql`select count(*)::int as n from agent_steps where run_id = ${id} and kind = 'tool'`;
    return row?.n === 2 ? true : undefined;
  });
  await first.kill();
  hold.drop();
  second.release();

  const next = await installation.startWorker();
  await investigationOf(alert.ts, "done");
  expect(model.requests.length - before).toBe(3);
  expect(await asked(id)).toEqual({ get_dependents: 1, query_logs: 1, get_dependencies: 1 });
  const steps = await stepsOf(id);
  expect(
    steps
      .filter(({ kind }) => kind === "tool")
      .map(({ tool }) => tool)
      .sort(),
  ).toEqual(["get_dependencies", "get_dependents", "get_escalation_path", "query_logs"]);
  await next.stop();
});
