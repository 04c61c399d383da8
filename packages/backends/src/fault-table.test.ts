import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type ErrorKind, toAppError } from "@oncall/core";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { createAlertmanager } from "./alertmanager/client.ts";
import { createArgoCd } from "./argocd/client.ts";
import { createAwsHealth } from "./aws-health/client.ts";
import { createGithub } from "./github/client.ts";
import { createHttp } from "./http/index.ts";
import { createKubernetes } from "./kubernetes/client.ts";
import { createLoki } from "./loki/client.ts";
import { createOpenSearch } from "./opensearch/client.ts";
import { createPrometheus } from "./prometheus/client.ts";
import { createResourceApi } from "./resource-api/client.ts";
import { createSlack } from "./slack/client.ts";

/** What every path answers but `/well`, which stands for all that goes on beside. */
type Fault = (response: ServerResponse) => void;
let fault: Fault = () => {};
const pending = new Set<ServerResponse>();
let sentBytes = 0;
let asked = 0;

const server = createServer((request, response) => {
  request.resume();
  if (request.url?.startsWith("/well") === true) return void response.end('{"status":"well"}');
  asked++;
  pending.add(response);
  response.on("close", () => pending.delete(response));
  fault(response);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});
beforeEach(() => {
  asked = 0;
  sentBytes = 0;
});

const DEADLINE_MS = 200;
/** For what is refused long before its deadline, however busy the machine is. */
const AMPLE_MS = 5_000;
const MIB = 1024 * 1024;

function answer(status: number, body: string, headers: Record<string, string> = {}): Fault {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body);
  };
}

/** 200 MB, as fast as the other side reads. */
const huge: Fault = (response) => {
  const chunk = Buffer.alloc(MIB, "x");
  const push = (): void => {
    if (response.destroyed) return;
    if (sentBytes >= 200 * MIB) return void response.end();
    sentBytes += chunk.length;
    if (response.write(chunk)) setImmediate(push);
    else response.once("drain", push);
  };
  response.writeHead(200, { "content-type": "application/json" });
  push();
};

const drip: Fault = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 50);
  response.on("close", () => clearInterval(timer));
};

const reset: Fault = (response) => void response.socket?.resetAndDestroy();

const faults: readonly (readonly [name: string, fault: Fault, kind: ErrorKind, deadlineMs?: number])[] = [
  [
    "HTML with 200",
    answer(200, "<!doctype html><title>Sign in</title>", { "content-type": "text/html" }),
    "unavailable",
  ],
  ["half a JSON", answer(200, '{"status":"succ'), "unavailable"],
  ["a 200 MB body", huge, "unavailable"],
  ["one byte at a time", drip, "unavailable", DEADLINE_MS],
  ["429 with Retry-After", answer(429, "{}", { "retry-after": "30" }), "rate_limited"],
  ["a connection reset", reset, "unavailable"],
  ["500", answer(500, '{"message":"broken"}'), "unavailable"],
  ["401", answer(401, '{"message":"who are you"}'), "unauthenticated"],
  ["a hang", () => {}, "unavailable", DEADLINE_MS],
];

const window = { from: "2026-11-20T10:00:00Z", to: "2026-11-20T11:00:00Z" };
type Http = ReturnType<typeof createHttp>;
type Call = (http: Http, signal: AbortSignal, timeoutMs: number) => Promise<unknown>;

/** One call of each client, and where it differs from the table above. */
const clients: readonly (readonly [
  name: string,
  call: Call,
  differs?: Readonly<Record<string, ErrorKind | "answer">>,
])[] = [
  ["Prometheus", (http, signal) => createPrometheus({ url, http }).instant("up", new Date(), signal)],
  [
    "OpenSearch",
    (http, signal) => createOpenSearch({ url, http }).search({ index: "logs", window, limit: 10 }, signal),
  ],
  [
    "Loki",
    (http, signal) =>
      createLoki({ url, http }).search({ index: "", service: "pay", window, limit: 10 }, signal),
  ],
  [
    "Kubernetes",
    (http, signal) =>
      createKubernetes({ clusters: [{ url }], http }).workload(
        { cluster: "c", namespace: "orders", workload: "order" },
        signal,
      ),
  ],
  [
    "Kubernetes' logs",
    (http, signal) =>
      createKubernetes({ clusters: [{ url }], http }).podLog(
        { cluster: "c", namespace: "orders", pod: "order-1", previous: false, tailLines: 10 },
        signal,
      ),
    // Plain text: half of anything is text too.
    { "half a JSON": "answer" },
  ],
  [
    "GitHub",
    (http, signal) =>
      createGithub({ apiUrl: url, token: "t", http }).deployments("acme/order", { window }, signal),
  ],
  ["Argo CD", (http, signal) => createArgoCd({ url, token: "t", http }).application("order", signal)],
  [
    "AWS Health",
    (http, signal) =>
      createAwsHealth({ endpoint: url, accessKeyId: "A", secretAccessKey: "s", http }).events(
        { services: ["rds"], regions: ["us-east-1"], since: new Date(window.from) },
        signal,
      ),
  ],
  ["Alertmanager", (http, signal) => createAlertmanager({ url, http }).alerts({ service: "pay" }, signal)],
  [
    "a resource API",
    (http, signal, timeoutMs) =>
      createResourceApi({ allow: [url], http, timeoutMs }).get(`${url}/\${id}`, "ord-1", signal),
    // Any text is an answer there, and so is a 4xx: the team's own API says what it means.
    { "HTML with 200": "answer", "half a JSON": "answer", "429 with Retry-After": "answer", "401": "answer" },
  ],
  ["Slack", (http, signal) => createSlack({ token: "t", apiUrl: url, http }).whoAmI(signal)],
];

const table = clients.flatMap(([client, call, differs]) =>
  faults.map(
    ([name, make, kind, deadlineMs = AMPLE_MS]) =>
      [client, name, { call, make, deadlineMs, expected: differs?.[name] ?? kind }] as const,
  ),
);

// A call that outlives its deadline by far fails by the test's own timeout.
test.each(table)(
  "%s: %s",
  { timeout: AMPLE_MS * 2 },
  async (_client, _fault, { call, make, deadlineMs, expected }) => {
    fault = make;
    const http = createHttp({ timeoutMs: deadlineMs, baseDelayMs: 1, breakAfter: 1_000, maxBytes: 2 * MIB });
    const signal = new AbortController().signal;
    const outcome = call(http, signal, deadlineMs).then(
      () => "answer",
      (error: unknown) => toAppError(error).kind,
    );
    // Others on the same client go on meanwhile, to the same host too.
    const beside = http.requestText({
      system: "Beside",
      url: new URL(`${url}/well`),
      timeoutMs: AMPLE_MS,
      signal,
    });

    expect(await beside).toContain("well");
    expect(await outcome).toBe(expected);
    expect(asked).toBeGreaterThan(0);
    // Some clients read more than others, but none reads it all.
    expect(sentBytes).toBeLessThan(150 * MIB);
    await vi.waitFor(() => expect(pending.size).toBe(0));
    await http.close();
  },
);
