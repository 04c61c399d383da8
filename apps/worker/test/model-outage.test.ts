import { afterEach, expect, test } from "vitest";
import { type ScriptedModel, startScriptedModel, type Turn } from "../../../packages/sandbox/src/index.ts";
import {
  type ApiProcess,
  type Installation,
  install,
  type Process,
  syncCatalog,
} from "../../../test/installation.ts";

let model: ScriptedModel | undefined;
let installation: Installation | undefined;
afterEach(async () => {
  await installation?.close();
  await model?.close();
});

interface Running {
  readonly api: ApiProcess;
  readonly workers: readonly Process[];
  readonly installation: Installation;
}

/** Two workers at Acme, and a model that only fails. */
async function run(failure: Turn, env: Record<string, string> = {}): Promise<Running> {
  model = await startScriptedModel({ script: [failure] });
  installation = await install({
    env: {
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "scripted",
      MODEL_RETRY_SECONDS: "900",
      WORKER_CONCURRENCY: "2",
      ...env,
    },
  });
  const api = await installation.startApi();
  const workers = [await installation.startWorker(), await installation.startWorker()];
  await syncCatalog(installation, api.url);
  return { api, workers, installation };
}

/** An alert of its own incident; answers the thread once it holds as many messages. */
async function alert({ installation, api }: Running, name: string, messages: number) {
  const { sandbox } = installation;
  const { channel } = sandbox.scenario.alert;
  const said = await sandbox.say(api.url, { channel, text: `FIRING: ${name} on order-service` });
  const thread = await sandbox.waitFor(
    `the answer to ${name}`,
    () => {
      const answers = sandbox.thread(channel, said.ts).slice(1);
      return answers.length >= messages ? answers.map(({ text }) => text) : undefined;
    },
    60_000,
  );
  return { ts: said.ts, answers: thread };
}

const notices = (texts: readonly string[], word: string) =>
  texts.filter((text) => text.includes(`*${word}:*`));

/** As if the pause were over. */
async function nextTryIsDue({ installation }: Running): Promise<void> {
  await installation.database.sql`
    update model_health set state = jsonb_set(state, '{outage,retryAt}', '"2026-01-01T00:00:00.000Z"')`;
}

test("three failures open the circuit for every worker; one notice says so, one says that it works again", async () => {
  const ops = "C07ONCALLOP";
  const running = await run({ error: 529, retryAfter: 0.01, always: true }, { SLACK_OPS_CHANNEL: ops });
  const { sandbox } = running.installation;
  const said = (word: string) =>
    notices(
      sandbox.channel(ops).map(({ text }) => text),
      word,
    );

  for (const name of ["PoolAlmostEmpty", "SlowCheckout", "QueueGrows"]) {
    const { answers } = await alert(running, name, 2);
    expect(answers[1]).toContain("The model API is overloaded (529)");
  }
  await sandbox.waitFor("the notice", () => said("Degraded")[0], 30_000);
  expect(said("Degraded")[0]).toMatch(/has failed 3 times since .* UTC: The model API is overloaded/);

  const asked = model?.requests.length;
  const { ts, answers } = await alert(running, "LateOrders", 1);
  expect(answers[0]).toMatch(
    /This first look stands alone\. The model has failed 3 times since \d\d:\d\d UTC/,
  );
  expect(model?.requests).toHaveLength(asked ?? 0);

  // A worker dies and another comes: nothing is said again.
  await running.workers[0]?.kill();
  await running.installation.startWorker();
  model?.play("echo-first-look");
  await nextTryIsDue(running);
  await sandbox.waitFor("the other notice", () => said("Recovered")[0], 30_000);
  const later = await alert(running, "WrongTotals", 2);
  expect(later.answers[1]).toContain("Scripted stand-in");
  expect(sandbox.thread(sandbox.scenario.alert.channel, ts)).toHaveLength(2);
  expect([said("Degraded").length, said("Recovered").length]).toEqual([1, 1]);
  // What the breaker asked to find out is paid for, too.
  const probes = await running.installation.database.sql`
    select outcome, input_tokens, cost_usd::float8 as cost from model_calls where role = 'probe'`;
  expect(probes.at(-1)).toMatchObject({ outcome: "ok", cost: expect.any(Number) });
  expect(probes.at(-1)?.input_tokens).toBeGreaterThan(0);
}, 180_000);

test("a refused key opens it at once; without an ops channel its notices go into the incident's thread", async () => {
  const running = await run({ error: 401, always: true });
  const { sandbox } = running.installation;
  const { ts, answers } = await alert(running, "PoolAlmostEmpty", 3);
  expect(answers[1]).toContain("No diagnosis");
  expect(notices(answers, "Degraded")[0]).toContain("Set a valid ANTHROPIC_API_KEY");
  const other = await alert(running, "SlowCheckout", 1);
  expect(other.answers[0]).toContain("This first look stands alone. The model cannot be used since");

  model?.play("echo-first-look");
  await nextTryIsDue(running);
  const thread = () => sandbox.thread(sandbox.scenario.alert.channel, ts).map(({ text }) => text);
  await sandbox.waitFor("the other notice", () => notices(thread(), "Recovered")[0], 30_000);
  expect([notices(thread(), "Degraded").length, thread().length]).toEqual([1, 5]);
}, 180_000);
