import { createBackends } from "@oncall/backends";
import { type Catalog, catalogOf, indexServices, parseServiceYaml } from "@oncall/catalog";
import type { Alert, EvidenceRecord, EvidenceStore, FirstLook, PastIncidents } from "@oncall/incidents";
import { type Sandbox, startSandbox } from "@oncall/sandbox";
import { createRegistry } from "@oncall/tools";
import { describe, expect, test } from "vitest";
import { firstLook } from "./first-look.ts";
import type { Subject } from "./resolve.ts";

interface Looked {
  readonly said: FirstLook;
  readonly records: ReadonlyMap<string, EvidenceRecord>;
}

/** The real clients and tools against a scenario's servers; only Postgres is left out. */
async function lookAt(
  scenario: string,
  about: Partial<Subject> = {},
  prepare: (sandbox: Sandbox) => void = () => {},
  without = "",
): Promise<Looked> {
  const now = new Date();
  const sandbox = await startSandbox({
    scenario,
    slackSigningSecret: "slack",
    githubWebhookSecret: "github",
  });
  const records = new Map<string, EvidenceRecord>();
  const evidence: EvidenceStore = {
    record: async (record) => void records.set(record.id, record),
    get: async (id) => records.get(id) ?? null,
    list: async () => [...records.values()],
  };
  const { backends, close } = createBackends(settings(sandbox.environment()));
  try {
    prepare(sandbox);
    const catalog = catalogAt(sandbox, now, without);
    const registry = createRegistry({
      deps: { ...backends, catalog, incidents: noneBefore },
      evidence,
      now: () => now,
    });
    const subject = { alert: alertOf(sandbox, now), question: null, target: null, startedAt: null, ...about };
    const said = await firstLook(subject, {
      catalog,
      call: (tool, input, options) => registry.call(tool, input, options),
      now,
      // The sandbox computes its metrics in this very process, on however busy a machine.
      budgetMs: 15_000,
      elapsed: () => 0,
      signal: new AbortController().signal,
    });
    return { said, records };
  } finally {
    await close();
    await sandbox.close();
  }
}

const nobodysAlert: Alert = {
  name: "KubePodCrashLooping",
  status: "firing",
  severity: "critical",
  source: "alertmanager",
  labels: {},
  values: [],
  text: "",
  receivedAt: new Date().toISOString(),
  links: [],
};

/** A company whose first incident this is. */
const noneBefore: PastIncidents = { find: async () => ({ incidents: [], total: 0 }) };

const target = (name: string): Partial<Subject> => ({ alert: null, target: name });
const firstOf = ({ causes }: FirstLook) =>
  causes.slice(0, 1).map(({ service, code, change }) => ({ service, code, author: change?.author }));

describe("the first look at Acme", () => {
  test.each([
    ["acme-01", {}, [{ service: "order-service", code: "db.pool_exhausted", author: "dana-reyes" }]],
    [
      "acme-01",
      target("ord-1234"),
      [{ service: "order-service", code: "db.pool_exhausted", author: "dana-reyes" }],
    ],
    ["acme-02", {}, [{ service: "postgres-orders", code: "aws.outage", author: undefined }]],
    ["acme-03", {}, [{ service: "payment-service", code: "k8s.oom_killed", author: "marta-nowak" }]],
    [
      "acme-03",
      target("order-service"),
      [{ service: "payment-service", code: "k8s.oom_killed", author: "marta-nowak" }],
    ],
    ["acme-04", {}, []],
    ["acme-04", target("order-service"), []],
  ])("%s, asked by %o", async (scenario, about, expected) => {
    const { said, records } = await lookAt(scenario, about);
    expect(firstOf(said)).toEqual(expected);
    expect(said.verdict).toBe(expected.length === 0 ? "nothing_wrong" : "cause_found");
    expect(said.unchecked).toEqual([]);
    expect(said.healthy.length).toBeGreaterThan(0);
    for (const cause of said.causes) {
      expect(cause.evidence.every((id) => records.has(id))).toBe(true);
      if (cause.change === undefined) continue;
      expect(records.get(cause.change.evidence)?.tool).toBe("get_recent_deploys");
      expect(cause.evidence).toContain(cause.change.evidence);
    }
  });

  test("what no service of the catalog owns is looked at in its cluster", async () => {
    const labels = { namespace: "payments", pod: "payment-service-0" };
    const alert = { ...nobodysAlert, labels };
    const { said, records } = await lookAt("acme-03", { alert }, undefined, "payment-service");
    expect(said).toMatchObject({ service: null, verdict: "unknown_service", owner: null });
    expect(firstOf(said)).toMatchObject([{ service: "payments/payment-service-0", code: "k8s.oom_killed" }]);
    expect(said.headline).toMatch(/^No service of the catalog owns payments\/payment-service-0: /);
    expect(said.causes.flatMap(({ evidence }) => evidence).every((id) => records.has(id))).toBe(true);
    // That pod is gone; those that took its place are not.
    expect(said.unchecked.map(({ what }) => what)).toContainEqual(expect.stringMatching(/^Log of payment-/));
  });

  test("without logs and cluster it says so, and still finds the outage", async () => {
    const { said } = await lookAt("acme-02", {}, ({ faults }) => {
      faults.opensearch.fail(503);
      faults.kubernetes.fail(403);
    });
    expect(firstOf(said)).toMatchObject([{ service: "postgres-orders", code: "aws.outage" }]);
    expect(said.unchecked.map(({ what }) => what)).toEqual(
      expect.arrayContaining(["Logs of order-service", "Pods of order-service"]),
    );
  });
});

function settings(env: Record<string, string>): Parameters<typeof createBackends>[0] {
  const of = (name: string): string => env[name] ?? "";
  return {
    prometheus: { url: of("PROMETHEUS_URL") },
    opensearch: { url: of("OPENSEARCH_URL") },
    kubernetes: { apiUrl: of("KUBERNETES_API_URL"), token: of("KUBERNETES_TOKEN") },
    argocd: { url: of("ARGOCD_URL"), token: of("ARGOCD_TOKEN") },
    github: { apiUrl: of("GITHUB_API_URL"), token: of("GITHUB_TOKEN") },
    awsHealth: {
      endpoint: of("AWS_ENDPOINT_URL_HEALTH"),
      accessKeyId: of("AWS_ACCESS_KEY_ID"),
      secretAccessKey: of("AWS_SECRET_ACCESS_KEY"),
    },
    handlerUrlAllow: [of("HANDLER_URL_ALLOW")],
  };
}

function catalogAt({ world }: Sandbox, now: Date, without: string): Catalog {
  const index = indexServices(
    [...world.repositories.values()].flatMap((repository) => {
      const head = repository.head();
      const { definition } = parseServiceYaml(head.tree["service.yaml"] ?? "");
      const place = { repository: repository.fullName, path: "service.yaml", commit: head.sha };
      return definition === null || definition.name === without
        ? []
        : [{ ...definition, ...place, syncedAt: now.toISOString() }];
    }),
  );
  return catalogOf(index);
}

/** The scenario's message with its labels and its start, as the Slack integration would read it. */
function alertOf({ scenario }: Sandbox, now: Date): Alert {
  const text = JSON.stringify(scenario.alert).replaceAll("\\n", "\n");
  const labels = Object.fromEntries(
    [...text.matchAll(/\*([\w.]+):\* `([^`]+)`/g)].map(([, name, value]) => [name ?? "", value ?? ""]),
  );
  const startedAt = /\*Started:\* (\S+)/.exec(text)?.[1];
  return {
    name: labels.alertname ?? "",
    status: "firing",
    severity: "critical",
    source: "alertmanager",
    labels,
    values: [],
    text,
    ...(startedAt === undefined ? {} : { startedAt }),
    receivedAt: now.toISOString(),
    links: [],
  };
}
