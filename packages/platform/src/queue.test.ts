import { spawn } from "node:child_process";
import { once } from "node:events";
import { AppError } from "@oncall/core";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect } from "./database.ts";
import { createInbox } from "./inbox.ts";
import { createLogger } from "./logger.ts";
import { createQueue, type JobQueue } from "./queue.ts";
import { startSweeper } from "./sweeper.ts";
import { createTestDatabase, startTestRedis, type TestDatabase, type TestRedis } from "./testing.ts";
import { type RunningJob, type RunningWorker, startWorker, type WorkerSettings } from "./worker.ts";

const logger = createLogger({ level: "silent", destination: "stderr" });
const until = { timeout: 10_000, interval: 20 };

let database: TestDatabase;
let redis: TestRedis;
beforeAll(async () => {
  [database, redis] = await Promise.all([createTestDatabase(), startTestRedis()]);
});
afterAll(async () => {
  await Promise.all([database.drop(), redis.close()]);
});

describe.each(["Postgres", "Redis"] as const)("on %s", (where) => {
  let store: { redisUrl?: string; databaseUrl: string; prefix: string };
  let queue: JobQueue;
  const workers: RunningWorker[] = [];

  beforeEach(async () => {
    const prefix = `t${Math.random().toString(36).slice(2, 10)}`;
    store = { databaseUrl: database.url, prefix, ...(where === "Redis" ? { redisUrl: redis.url } : {}) };
    queue = await createQueue({ ...store, logger, retry: { attempts: 3, firstDelayMs: 20 } });
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.close({ graceMs: 0 });
    await queue.close();
  });

  async function work(settings: Pick<WorkerSettings, "handle" | "onDead">): Promise<RunningWorker> {
    const worker = await startWorker({ ...store, logger, concurrency: 4, ...settings });
    workers.push(worker);
    return worker;
  }

  test("a job added often is run once", async () => {
    const seen: string[] = [];
    await Promise.all(Array.from({ length: 5 }, () => queue.add("investigate", "in_1")));
    expect(await queue.state("in_1")).toBe("waiting");
    expect(await queue.counts()).toEqual({ waiting: 1, active: 0, delayed: 0, failed: 0, completed: 0 });
    await work({ handle: async (job) => void seen.push(`${job.kind} ${job.id} ${job.attempt}`) });
    await expect.poll(() => queue.state("in_1"), until).toBe("completed");
    await queue.add("investigate", "in_1");
    expect(await queue.counts()).toMatchObject({ waiting: 0, completed: 1 });
    expect(seen).toEqual(["investigate in_1 1"]);
  });

  test.each<[string, Error, number]>([
    ["unavailable", new AppError("unavailable", "Prometheus is down."), 3],
    ["rate_limited", new AppError("rate_limited", "Slack says wait.", { retryAfterMs: 50 }), 3],
    [
      "a database that is away",
      Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" }),
      3,
    ],
    ["invalid_input", new AppError("invalid_input", "Not a service.yaml."), 1],
    ["not_configured", new AppError("not_configured", "No Slack."), 1],
    ["a bug", new TypeError("x is undefined"), 1],
  ])("%s: tried as the errors table says, then dead", async (_name, error, attempts) => {
    const tries: boolean[] = [];
    const dead: [string, AppError][] = [];
    await queue.add("investigate", "in_dead");
    await work({
      handle: async ({ lastAttempt }) => {
        tries.push(lastAttempt);
        throw error;
      },
      onDead: ({ id }, reason) => void dead.push([id, reason]),
    });
    await expect.poll(() => dead.length, until).toBe(1);
    expect(tries).toHaveLength(attempts);
    expect(dead[0]?.[0]).toBe("in_dead");
    expect(dead[0]?.[1]).toBeInstanceOf(AppError);
    if (error instanceof AppError)
      expect(dead[0]?.[1]).toMatchObject({ kind: error.kind, message: error.message });
    expect(await queue.failed(10)).toMatchObject([{ id: "in_dead", kind: "investigate", attempts }]);
  });

  test("a failed job can be run again, with all its attempts", async () => {
    let healthy = false;
    await queue.add("investigate", "in_again");
    await work({
      handle: async ({ attempt }) => {
        if (!healthy) throw new AppError("invalid_input", "not yet");
        expect(attempt).toBe(1);
      },
    });
    await expect.poll(() => queue.state("in_again"), until).toBe("failed");
    healthy = true;
    await queue.retry("in_again");
    await expect.poll(() => queue.state("in_again"), until).toBe("completed");
    await expect(queue.retry("in_again")).rejects.toMatchObject({ kind: "conflict" });
    await expect(queue.retry("in_never")).rejects.toMatchObject({ kind: "not_found" });
  });

  test.each([
    ["one that obeys its signal", true],
    ["one that does not", false],
  ])("a shutdown gives a running job back: %s", async (_name, obeys) => {
    const runs: RunningJob[] = [];
    const block = (job: RunningJob) => {
      runs.push(job);
      return new Promise<void>((_, reject) => {
        if (obeys) job.signal.addEventListener("abort", () => reject(job.signal.reason));
      });
    };
    await queue.add("investigate", "in_back");
    const first = await work({ handle: block });
    await expect.poll(() => runs.length, until).toBe(1);
    await first.close({ graceMs: 50 });
    expect(runs[0]?.signal.aborted).toBe(true);
    expect(await queue.counts()).toMatchObject({ waiting: 1, active: 0, failed: 0 });

    await work({ handle: async (job) => void runs.push(job) });
    await expect.poll(() => queue.state("in_back"), until).toBe("completed");
    expect(runs.map((job) => job.attempt)).toEqual([1, 1]);
  });

  test("a shutdown lets a job finish that needs less than the grace", async () => {
    let finished = false;
    await queue.add("investigate", "in_short");
    let started = false;
    const worker = await work({
      handle: async () => {
        started = true;
        await new Promise((resolve) => setTimeout(resolve, 200));
        finished = true;
      },
    });
    await expect.poll(() => started, until).toBe(true);
    await worker.close({ graceMs: 5_000 });
    expect(finished).toBe(true);
    expect(await queue.state("in_short")).toBe("completed");
  });

  test("a job whose worker is killed is run again by another", async () => {
    await queue.add("investigate", "in_killed");
    const child = startWorkerInChild(store);
    const [message] = (await once(child, "message")) as [{ running: string }];
    expect(message).toEqual({ running: "in_killed" });
    const runs: RunningJob[] = [];
    await work({ handle: async (job) => void runs.push(job) });
    expect(await queue.state("in_killed")).toBe("active");

    child.kill("SIGKILL");
    await once(child, "exit");
    await expect.poll(() => queue.state("in_killed"), until).toBe("completed");
    expect(runs).toMatchObject([{ id: "in_killed", attempt: 1 }]);
  });

  test("a job whose lock was lost for a moment is tried again, not given up", async () => {
    const dead: string[] = [];
    await queue.add("investigate", "in_lost");
    let runs = 0;
    await work({
      handle: async ({ signal }) => {
        runs += 1;
        if (runs > 1) return;
        const giveBack = await takeLock(store, "in_lost");
        await once(signal, "abort");
        await giveBack();
        signal.throwIfAborted();
      },
      onDead: ({ id }) => void dead.push(id),
    });
    await expect.poll(() => queue.state("in_lost"), until).toBe("completed");
    expect(runs).toBe(2);
    expect(dead).toEqual([]);
  });

  test("the sweeper enqueues what has no job, leaves the rest, and marks what is dead", async () => {
    const inbox = createInbox(database.sql);
    const record = async (deliveryId: string) =>
      (await inbox.record({ source: where, deliveryId, kind: "sync-catalog", payload: {} })).id;
    const [lost, known, dead, done] = await Promise.all(["lost", "known", "dead", "done"].map(record));
    if (!lost || !known || !dead || !done) throw new Error("not recorded");
    await inbox.finish(done);
    await queue.add("sync-catalog", dead);
    const worker = await work({ handle: () => Promise.reject(new AppError("denied", "no")) });
    await expect.poll(() => queue.state(dead), until).toBe("failed");
    await worker.close({ graceMs: 0 });
    await queue.add("sync-catalog", known);

    const sweeper = startSweeper({ inbox, queue, logger, intervalMs: 60_000, olderThanSeconds: 0 });
    await sweeper.sweep();
    await sweeper.close();
    expect(await queue.state(lost)).toBe("waiting");
    expect(await queue.state(known)).toBe("waiting");
    expect(await queue.state(done)).toBe("missing");
    expect(await inbox.get(dead)).toMatchObject({ status: "failed" });
  });

  test("says that it is reachable", async () => {
    await expect(queue.ping()).resolves.toBeUndefined();
  });
});

test("with Redis away an operation fails in time, as unavailable, and closing works", async () => {
  const queue = await createQueue({
    redisUrl: "redis://127.0.0.1:1",
    databaseUrl: database.url,
    prefix: "away",
    logger,
  });
  await expect(queue.add("investigate", "in_x")).rejects.toMatchObject({ kind: "unavailable" });
  await queue.close();
});

/** A worker in a process of its own that never finishes its job. */
function startWorkerInChild(store: { redisUrl?: string; databaseUrl: string; prefix: string }) {
  const built = new URL("../dist/index.js", import.meta.url).href;
  const program = `const { startWorker, createLogger } = await import(${JSON.stringify(built)});
    await startWorker({
      ...${JSON.stringify(store)}, concurrency: 1,
      logger: createLogger({ level: "silent", destination: "stderr" }),
      handle: async ({ id }) => { process.send({ running: id }); await new Promise(() => {}); },
    });`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/** Another holds the lock of a running job until what this answers is called. */
async function takeLock(
  store: { redisUrl?: string; databaseUrl: string; prefix: string },
  id: string,
): Promise<() => Promise<void>> {
  const name = `${store.prefix}-jobs`;
  if (store.redisUrl !== undefined) {
    const client = new Redis(store.redisUrl);
    const key = `bull:${name}:${id}:lock`;
    const token = (await client.get(key)) ?? "";
    await client.set(key, "another", "PX", 60_000);
    return async () => {
      await client.set(key, token, "PX", 2_000);
      await client.quit();
    };
  }
  const sql = connect(store.databaseUrl, { max: 1 });
  const [row] = await sql`select lock_token from bullmq.job where queue = ${name} and id = ${id}`;
  const hold = (token: string, untilMs: number) =>
    sql`update bullmq.job set lock_token = ${token}, locked_until_ms = ${untilMs} where queue = ${name} and id = ${id}`;
  await hold("another", Date.now() + 60_000);
  return async () => {
    await hold(row?.lock_token, Date.now() + 2_000);
    await sql.end();
  };
}
