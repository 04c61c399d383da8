import { setTimeout as delay } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** A request as a fault's condition sees it; `body` is parsed where the server parses it. */
export interface SeenRequest {
  readonly method: string;
  /** Path without the query, such as `/api/chat.postMessage`. */
  readonly path: string;
  readonly body: unknown;
}

export type Condition = (request: SeenRequest) => boolean;

/** One request that is being held. */
export interface Hold {
  /** Resolves when a matching request has arrived (before) or has been carried out (after). */
  readonly reached: Promise<SeenRequest>;
  /** Lets it go on as if nothing had happened. */
  release(): void;
  /** Cuts the connection: the caller never learns the outcome. */
  drop(): void;
}

/** What can be made to go wrong with one server. Each fault is explicit; none happens by itself. */
export interface Faults {
  /**
   * Holds the next matching request: "before" it is carried out, or "after", when its effect is there and only
   * the answer is missing.
   */
  hold(when: "before" | "after", condition?: Condition): Hold;
  /** Answers matching requests with this status, `times` times (default: until `heal`). */
  fail(status: number, options?: FailOptions): void;
  /** Ends every `fail`. */
  heal(): void;
}

export interface FailOptions {
  readonly condition?: Condition;
  readonly times?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface HoldState {
  readonly when: "before" | "after";
  readonly condition: Condition;
  readonly reach: (request: SeenRequest) => void;
  readonly decided: Promise<"release" | "drop">;
}

interface FailState extends FailOptions {
  readonly status: number;
  left: number;
}

/** The longest that a request is held; then the connection is cut. */
const MAX_HOLD_MS = 120_000;

const always: Condition = () => true;

export function installFaults(app: FastifyInstance): Faults {
  const holds: HoldState[] = [];
  let fails: FailState[] = [];
  const open = new Set<() => void>();

  app.addHook("preHandler", async (request, reply) => {
    const seen = see(request);
    const failing = fails.find((fail) => fail.left > 0 && (fail.condition ?? always)(seen));
    if (failing) {
      failing.left--;
      return reply
        .code(failing.status)
        .headers(failing.headers ?? {})
        .send(failing.body ?? { message: "simulated failure" });
    }
    await wait("before", seen, request, reply);
  });
  app.addHook("onSend", async (request, reply, payload) => {
    await wait("after", see(request), request, reply);
    return payload;
  });
  app.addHook("preClose", async () => {
    for (const drop of open) drop();
  });

  return {
    hold(when, condition = always) {
      let reach: HoldState["reach"] = () => {};
      let decide: (decision: "release" | "drop") => void = () => {};
      const reached = new Promise<SeenRequest>((resolve) => {
        reach = resolve;
      });
      const decided = new Promise<"release" | "drop">((resolve) => {
        decide = resolve;
      });
      holds.push({ when, condition, reach, decided });
      open.add(() => decide("drop"));
      return { reached, release: () => decide("release"), drop: () => decide("drop") };
    },
    fail(status, options = {}) {
      fails.push({ ...options, status, left: options.times ?? Number.POSITIVE_INFINITY });
    },
    heal() {
      fails = [];
    },
  };

  async function wait(
    when: HoldState["when"],
    seen: SeenRequest,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    const index = holds.findIndex((hold) => hold.when === when && hold.condition(seen));
    const [hold] = index < 0 ? [] : holds.splice(index, 1);
    if (!hold) return;
    hold.reach(seen);
    const timeout = new AbortController();
    const decision = await Promise.race([
      hold.decided,
      delay(MAX_HOLD_MS, "drop" as const, { signal: timeout.signal, ref: false }),
    ]);
    timeout.abort();
    if (decision === "release") return;
    reply.hijack();
    request.raw.socket.destroy();
  }
}

function see(request: FastifyRequest): SeenRequest {
  return { method: request.method, path: request.url.split("?")[0] ?? "", body: request.body };
}
