import { createArgoCd, createGithub, createHttp, createKubernetes } from "@oncall/backends";
import { afterAll, expect, test } from "vitest";
import { createRegistry } from "../registry.ts";
import { catalogOf, entryFrom } from "../testing/catalog.ts";
import { memoryEvidence } from "../testing/evidence.ts";
import { json, type Route, startServer } from "../testing/server.ts";

const entry = entryFrom(`
name: shop
team: commerce
slack_channel: "#commerce"
pager_alias: commerce
deployment:
  argocd_app: shop-prod
  environment: production
  kubernetes: { cluster: prod, namespace: shop, workload: shop }
`);
const [before, now] = ["1".repeat(40), "2".repeat(40)];
const commit = (sha: string, date: string, message: string) => ({
  sha,
  html_url: `https://git.example/commit/${sha}`,
  author: { login: "dana" },
  commit: { message, author: { name: "Dana", date }, committer: { date } },
});
const tuned = commit(now, "2026-01-31T02:30:00Z", "Tune the pool");
const patch = "@@ -1 +1 @@\n-DB_POOL_MAX: 40\n+DB_POOL_MAX: 5";
const file = { filename: "values.yaml", status: "modified", additions: 1, deletions: 1, patch };
const deployment = (id: number, environment: string) => ({
  id,
  sha: now,
  ref: "main",
  environment,
  creator: { login: "ci" },
  created_at: "2026-01-31T02:40:00Z",
});
const application = {
  metadata: { name: "shop-prod" },
  status: {
    sync: { status: "Synced" },
    health: { status: "Degraded" },
    history: [
      { id: 7, revision: before, deployedAt: "2026-01-30T09:00:00Z" },
      { id: 8, revision: now, deployedAt: "2026-01-31T02:41:00Z" },
    ],
  },
};
const down = json({ message: "It is down." }, 500);

const everything: [RegExp, Route][] = [
  [/\/commits\?/, json([tuned])],
  [/\/commits\/2222/, json({ ...tuned, files: [file] })],
  [/\/deployments\?/, json([deployment(1, "production"), deployment(2, "staging")])],
  [/\/deployments\/\d+\/statuses/, json([{ state: "success" }])],
  [
    /\/compare\//,
    json({
      html_url: "https://git.example/compare/1111111...2222222",
      commits: [commit("3".repeat(40), "2026-01-31T02:00:00Z", "Other"), tuned],
      files: [],
    }),
  ],
  [/\/applications\/shop-prod/, json(application)],
  [
    /\/deployments\/shop$/,
    json({ metadata: { name: "shop", uid: "u" }, spec: { selector: { matchLabels: { app: "shop" } } } }),
  ],
  [/\/replicasets\?/, json({ items: [] })],
  [/\/horizontalpodautoscalers\?/, json({ items: [] })],
  [
    /\/namespaces\/shop\/events\?/,
    json({
      items: [
        {
          ...{ metadata: {}, reason: "ScalingReplicaSet", type: "Normal" },
          involvedObject: { kind: "Deployment", name: "shop" },
          message: "Scaled down replica set shop-a from 6 to 1",
          firstTimestamp: "2026-01-31T02:45:00Z",
        },
      ],
    }),
  ],
];
const closing: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

type Connected = "github" | "argocd" | "kubernetes";

async function deploys(routes: readonly [RegExp, Route][], connected: readonly Connected[]) {
  const server = await startServer([...routes, ...everything]);
  const http = createHttp({ retries: 0 });
  closing.push(server.close, http.close);
  const registry = createRegistry({
    deps: {
      catalog: catalogOf([entry]),
      ...(connected.includes("github") && { github: createGithub({ apiUrl: server.url, token: "t", http }) }),
      ...(connected.includes("kubernetes") && {
        kubernetes: createKubernetes({ clusters: [{ url: server.url }], http }),
      }),
      ...(connected.includes("argocd") && { argocd: createArgoCd({ url: server.url, token: "t", http }) }),
    },
    evidence: memoryEvidence(),
    now: () => new Date("2026-01-31T03:00:00Z"),
  });
  const onset = new Date("2026-01-31T02:50:00Z");
  return await registry.call("get_recent_deploys", { service: "shop" }, { onset });
}

test("sync, deployment and commit of one change are one row, compared with what ran before", async () => {
  expect(await deploys([], ["github", "argocd"])).toMatchObject({
    link: "https://git.example/compare/1111111...2222222",
    data: {
      deploys: [
        {
          kind: "sync",
          commit: now,
          title: "Tune the pool",
          author: "dana",
          changes: [{ what: "env.DB_POOL_MAX", from: "40", to: "5" }],
          also: [
            "GitHub deployment of main to production by ci (success)",
            "2 commits since the deployment before: Tune the pool; Other",
          ],
          minutes_before_onset: 9,
        },
        { kind: "sync", commit: before },
      ],
      sources: [
        { name: "Kubernetes", checked: false },
        { name: "GitHub", checked: true, note: null },
        { name: "Argo CD", checked: true, note: "shop-prod is Synced and Degraded." },
      ],
    },
  });
});

const both = ["github", "argocd"] as const;
test.each<[string, [RegExp, Route][], readonly Connected[], object]>([
  [
    "scaling, which no other source tells of",
    [],
    ["kubernetes"],
    {
      data: {
        deploys: [
          {
            ...{ kind: "scaling", title: "Scaled down from 6 to 1 replica", minutes_before_onset: 5 },
            scaled: { direction: "down", from: 6, to: 1, by: "unknown" },
          },
        ],
        sources: [{ checked: true, note: null }, { checked: false }, { checked: false }],
      },
    },
  ],
  [
    "events that may not be read are said to be missing",
    [[/\/events\?/, json({ message: "events is forbidden", code: 403 }, 403)]],
    ["kubernetes"],
    {
      data: {
        deploys: [],
        sources: [{ checked: true, note: /^Events, which tell of scaling, could not be read/ }, {}, {}],
      },
    },
  ],
  [
    "a comparison that fails takes nothing away",
    [[/compare/, down]],
    both,
    { data: { deploys: [{ link: `https://git.example/commit/${now}` }, {}] } },
  ],
  [
    "deployments that cannot be read are said to be missing",
    [[/deployments/, down]],
    ["github"],
    {
      data: {
        deploys: [{ kind: "commit" }],
        sources: [{}, { checked: true, note: /^Deployments could not be read.*down/ }, { checked: false }],
      },
    },
  ],
  [
    "Argo CD down",
    [[/applications/, down]],
    both,
    { data: { deploys: [{ kind: "deployment" }], sources: [{}, {}, { checked: false, note: /down/ }] } },
  ],
  [
    "an application that is not there",
    [[/applications/, json({}, 404)]],
    both,
    { data: { sources: [{}, {}, { checked: false, note: /has no application "shop-prod"/ }] } },
  ],
  [
    "nothing that could be asked",
    [[/commits/, down]],
    ["github"],
    { state: "error", error: { kind: "unavailable", message: /down/ } },
  ],
  [
    "nothing connected",
    [],
    [],
    { state: "error", error: { kind: "not_configured", message: /KUBECONFIG.*GITHUB_TOKEN/ } },
  ],
])("%s", async (_, routes, connected, expected) => {
  expect(await deploys(routes, connected)).toMatchObject(withMatchers(expected) as object);
});

/** Regular expressions as matchers of texts. */
function withMatchers(value: unknown): unknown {
  if (value instanceof RegExp) return expect.stringMatching(value);
  if (Array.isArray(value)) return value.map(withMatchers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withMatchers(item)]));
}

test("what GitHub answers only in part is said", async () => {
  const commits = Array.from({ length: 100 }, (_, i) =>
    commit(String(i).padStart(40, "a"), "2026-01-31T02:30:00Z", `Change ${i}`),
  );
  const files = Array.from({ length: 300 }, (_, i) => ({ ...file, filename: `f${i}.yaml` }));
  const { omitted } = await deploys(
    [
      [/\/commits\?/, json(commits)],
      [/\/commits\/a+0$/, json({ ...tuned, files })],
      [/\/commits\/a+\d+/, json({ ...tuned, files: [file] })],
    ],
    ["github"],
  );
  expect(omitted).toMatch(/Only the newest 100 commits were read; there may be more\./);
  expect(omitted).toMatch(/Only the first 300 files of commit aaaaaaa were read/);
});
