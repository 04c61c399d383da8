import { AppError } from "@oncall/core";
import { afterAll, describe, expect, test } from "vitest";
import { createAlertmanager } from "./alertmanager/client.ts";
import { createArgoCd } from "./argocd/client.ts";
import { createGithub } from "./github/client.ts";
import { createHttp } from "./http/index.ts";
import { json, type Received, startServer } from "./http/test-server.ts";
import { createKubernetes } from "./kubernetes/client.ts";
import { createLoki } from "./loki/client.ts";
import { createOpenSearch } from "./opensearch/client.ts";
import { createPrometheus } from "./prometheus/client.ts";
import { escapeRegex, selector } from "./prometheus/promql.ts";
import { createResourceApi } from "./resource-api/client.ts";

const server = await startServer(json({}));
const { url } = server;
const http = createHttp({ retries: 0, breakAfter: 1_000 });
afterAll(async () => {
  await http.close();
  await server.close();
});

const hostile = [
  'a"} or vector(1)',
  '{service="other"}',
  '"',
  "\\",
  '\\"',
  "a\nb",
  "a\r\nx-injected: 1",
  "`} | json",
  "'; drop table",
  "../../",
  "..",
  "%2e%2e%2fsecrets",
  "a/b",
  "a?limit=1&x=y#z",
  "a,b in (c)",
  "*",
  "(",
  "\u0000",
  "${" + "jndi:ldap://x}",
];

const signal = new AbortController().signal;
const window = { from: "2026-11-20T10:00:00Z", to: "2026-11-20T11:00:00Z" };
const ref = { cluster: "c", namespace: "orders", workload: "order" };
const log = { cluster: "c", namespace: "orders", pod: "order-1", previous: false, tailLines: 5 };
const prometheus = createPrometheus({ url, http });
const openSearch = createOpenSearch({ url, http });
const loki = createLoki({ url, http });
const kubernetes = createKubernetes({ clusters: [{ url }], http });
const github = createGithub({ apiUrl: url, token: "t", http });
const argocd = createArgoCd({ url, token: "t", http });
const alertmanager = createAlertmanager({ url, http });
const resources = createResourceApi({ allow: [url], http });

const query = ({ path }: Received, name: string) => new URL(path, url).searchParams.get(name) ?? "";
/** The strings of an expression, unquoted, and the expression with `…` in their place. */
function strings(expression: string) {
  const found: string[] = [];
  const frame = expression.replace(/"(?:[^"\\\n]|\\.)*"/g, (literal) => {
    found.push(JSON.parse(literal));
    return "…";
  });
  return { frame, found };
}
/** The segments of the path as the server takes them apart. */
const segments = ({ path }: Received) =>
  (path.split("?")[0] ?? "").split("/").slice(1).map(decodeURIComponent);

type Field = readonly [
  name: string,
  ask: (value: string) => Promise<unknown>,
  read: (sent: Received) => unknown,
  benign: (value: string) => unknown,
];

/** Where a value ends up, and what must be there if it is sent at all. */
const fields: readonly Field[] = [
  [
    "a PromQL label",
    (value) => prometheus.instant(selector("up", { service: value }), new Date(), signal),
    ({ body }) => strings(new URLSearchParams(body).get("query") ?? ""),
    (value) => ({ frame: "up{service=…}", found: [value] }),
  ],
  [
    "a literal in a PromQL regex",
    (value) =>
      prometheus.instant(
        selector("up", { pod: { matches: `${escapeRegex(value)}-.*` } }),
        new Date(),
        signal,
      ),
    ({ body }) => strings(new URLSearchParams(body).get("query") ?? ""),
    (value) => ({ frame: "up{pod=~…}", found: [`${value.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&")}-.*`] }),
  ],
  [
    "a Loki service",
    (value) => loki.search({ index: "", service: value, window, limit: 5 }, signal),
    (sent) => strings(query(sent, "query")),
    (value) => ({ frame: "{service_name=…}", found: [value] }),
  ],
  [
    "words in Loki",
    (value) => loki.search({ index: "", service: "pay", text: value, window, limit: 5 }, signal),
    (sent) => strings(query(sent, "query")).frame.replace("|~", "|="),
    () => "{service_name=…} |= …",
  ],
  [
    "words in OpenSearch",
    (value) => openSearch.search({ index: "logs", text: value, window, limit: 5 }, signal),
    ({ body }) => JSON.parse(body).query.bool.filter[1].bool.should[0],
    (value) => ({ match_phrase: { message: value.trim() } }),
  ],
  [
    "an OpenSearch index",
    (value) => openSearch.search({ index: value, window, limit: 5 }, signal),
    segments,
    (value) => [value, "_search"],
  ],
  [
    "an Alertmanager label",
    (value) => alertmanager.alerts({ service: value }, signal),
    (sent) => query(sent, "filter"),
    (value) => `service="${value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`,
  ],
  [
    "a namespace",
    (value) => kubernetes.workload({ ...ref, namespace: value }, signal),
    segments,
    (value) => ["apis", "apps", "v1", "namespaces", value, "deployments", "order"],
  ],
  [
    "a workload",
    (value) => kubernetes.workload({ ...ref, workload: value }, signal),
    segments,
    (value) => ["apis", "apps", "v1", "namespaces", "orders", "deployments", value],
  ],
  [
    "a label of a selector",
    (value) =>
      kubernetes.podsOf(
        ref,
        {
          kind: "Deployment",
          metadata: { name: "order" },
          spec: { selector: { matchLabels: { app: value } } },
        },
        signal,
      ),
    (sent) => query(sent, "labelSelector"),
    (value) => `app=${value}`,
  ],
  [
    "a node",
    (value) => kubernetes.nodes("c", [value], signal),
    segments,
    (value) => ["api", "v1", "nodes", value],
  ],
  [
    "a pod",
    (value) => kubernetes.podLog({ ...log, pod: value }, signal),
    segments,
    (value) => ["api", "v1", "namespaces", "orders", "pods", value, "log"],
  ],
  [
    "a container",
    (value) => kubernetes.podLog({ ...log, container: value }, signal),
    (sent) => query(sent, "container"),
    (value) => value,
  ],
  [
    "a repository",
    (value) => github.commits(`acme/${value}`, { window }, signal),
    segments,
    (value) => ["repos", "acme", value, "commits"],
  ],
  [
    "a path in a repository",
    (value) => github.commits("acme/order", { path: value, window }, signal),
    (sent) => query(sent, "path"),
    (value) => value,
  ],
  [
    "a file",
    (value) => github.file("acme/order", value, "main", signal),
    segments,
    (value) => ["repos", "acme", "order", "contents", ...value.split("/")],
  ],
  [
    "a commit to compare",
    (value) => github.compare("acme/order", value, "main", signal),
    segments,
    (value) => ["repos", "acme", "order", "compare", `${value}...main`],
  ],
  [
    "an environment",
    (value) => github.deployments("acme/order", { environment: value, window }, signal),
    (sent) => query(sent, "environment"),
    (value) => value,
  ],
  [
    "an Argo CD application",
    (value) => argocd.application(value, signal),
    segments,
    (value) => ["api", "v1", "applications", value],
  ],
  [
    "a resource's id",
    (value) => resources.get(`${url}/api/\${id}/live`, value, signal),
    segments,
    (value) => ["api", value, "live"],
  ],
];

describe.each(fields)("%s", (_, ask, read, benign) => {
  test.each(hostile)("%j stays where it belongs, or is refused", async (value) => {
    server.answerWith(json({}));
    const outcome: unknown = await ask(value).catch((error: unknown) => error);
    const [sent] = server.received;
    if (sent === undefined) {
      expect(outcome).toBeInstanceOf(AppError);
      expect(outcome).toMatchObject({ kind: "invalid_input" });
      return;
    }
    expect(read(sent)).toEqual(benign(value));
    expect(sent.headers).not.toHaveProperty("x-injected");
  });
});
