import { startSandbox } from "@oncall/sandbox";
import { expect, test } from "vitest";
import { createBackends } from "./create.ts";

const signal = AbortSignal.timeout(60_000);
const now = new Date();
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const window = { from: hoursAgo(1).toISOString(), to: now.toISOString() };

/** A world of the sandbox and the clients that its environment configures. */
async function connect(scenario: string) {
  const sandbox = await startSandbox({
    scenario,
    slackSigningSecret: "signing",
    githubWebhookSecret: "webhook",
    now: () => now,
  });
  const env = (name: string) => sandbox.environment()[name] ?? "";
  const { close, ...clients } = createBackends({
    prometheus: { url: env("PROMETHEUS_URL") },
    opensearch: { url: env("OPENSEARCH_URL") },
    kubernetes: { apiUrl: env("KUBERNETES_API_URL"), token: env("KUBERNETES_TOKEN") },
    github: { apiUrl: env("GITHUB_API_URL"), token: env("GITHUB_TOKEN") },
    argocd: { url: env("ARGOCD_URL"), token: env("ARGOCD_TOKEN") },
    alertmanager: { url: env("ALERTMANAGER_URL") },
    loki: { url: sandbox.urls.loki },
    awsHealth: {
      endpoint: env("AWS_ENDPOINT_URL_HEALTH"),
      accessKeyId: env("AWS_ACCESS_KEY_ID"),
      secretAccessKey: env("AWS_SECRET_ACCESS_KEY"),
    },
    handlerUrlAllow: [env("HANDLER_URL_ALLOW")],
    slack: { token: env("SLACK_BOT_TOKEN"), apiUrl: env("SLACK_API_URL") },
  });
  const stop = async () => {
    await close();
    await sandbox.close();
  };
  return { ...clients, sandbox, stop };
}

test("every client reads servers that speak its protocol", async () => {
  const { backends, slack, sandbox, stop } = await connect("acme-01");
  const { metrics, logs, kubernetes, github, resources } = backends;
  const ref = { cluster: "prod-us-east-1", namespace: "orders", workload: "order-service" };
  const repo = "acme/order-service";
  try {
    expect((await metrics?.instant('up{job="order-service"}', now, signal))?.length).toBeGreaterThan(0);
    const series = await metrics?.range('sum(up{job="order-service"})', window, 60, signal);
    expect(series?.[0]?.values.length).toBeGreaterThan(50);

    const text = "Connection is not available";
    const page = await logs?.search(
      { index: "prod-order-*", text, minLevel: "error", window, limit: 5 },
      signal,
    );
    expect(page?.total).toBeGreaterThan(5);
    expect(page?.lines).toHaveLength(5);
    expect(page?.lines[0]).toMatchObject({
      level: "error",
      service: "order-service",
      stack: expect.any(String),
    });

    const workload = await kubernetes?.workload(ref, signal);
    if (!workload) throw new Error("the workload was not found");
    expect(workload.kind).toBe("Deployment");
    expect(await kubernetes?.podsOf(ref, workload, signal)).toHaveLength(workload.spec?.replicas ?? 0);
    expect((await kubernetes?.replicaSetsOf(ref, workload, signal))?.length).toBeGreaterThan(1);
    expect((await kubernetes?.events(ref, window, signal))?.length).toBeGreaterThan(0);
    expect(await kubernetes?.workload({ ...ref, workload: "no-such-service" }, signal)).toBeNull();

    expect(await github?.file(repo, "service.yaml", "main", signal)).toMatch(/^name: order-service/);
    expect(await github?.file(repo, "no-such-file.yaml", "main", signal)).toBeNull();
    const [commit] = (await github?.commits(repo, { window }, signal)) ?? [];
    if (!commit) throw new Error("no commit lies in the window");
    expect((await github?.changedFiles(repo, commit.sha, signal))?.[0]?.patch).toContain("DB_POOL_MAX");
    const status = { state: "success", context: "oncall/catalog", description: "1 service" } as const;
    await github?.setCommitStatus(repo, commit.sha, status, signal);
    expect(sandbox.commitStatuses()).toHaveLength(1);

    const handler = `${sandbox.urls.resources}/order-service/api/resources/\${id}`;
    expect(await resources?.get(handler, "ord-1234", signal)).toMatchObject({
      status: 200,
      body: { id: "ord-1234" },
    });
    expect((await resources?.get(handler, "ord-none", signal))?.status).toBe(404);

    const { channel } = sandbox.scenario.alert;
    const parent = await slack?.post({ channel, text: "parent", postId: "post_parent" }, signal);
    const place = { channel, threadTs: parent?.ts };
    const reply = await slack?.post({ ...place, text: "reply", postId: "post_reply" }, signal);
    expect(await slack?.findPost(place, "post_reply", signal)).toBe(reply?.ts);
    expect(await slack?.findPost({ channel }, "post_parent", signal)).toBe(parent?.ts);
    expect(await slack?.findPost(place, "post_other", signal)).toBeNull();
    expect(await slack?.whoAmI(signal)).toMatchObject({
      userId: expect.any(String),
      botId: expect.any(String),
    });
  } finally {
    await stop();
  }
});

test("the systems beside them: logs of pods, nodes, deployments, Argo CD, alerts, Loki", async () => {
  const { backends, stop } = await connect("acme-01");
  const { kubernetes, github, argocd, alertmanager, logs } = backends;
  const ref = { cluster: "prod-us-east-1", namespace: "orders", workload: "order-service" };
  const repo = "acme/order-service";
  const lately = { from: hoursAgo(1 / 6).toISOString(), to: now.toISOString() };
  const day = { from: hoursAgo(24).toISOString(), to: now.toISOString() };
  try {
    const workload = await kubernetes?.workload(ref, signal);
    if (!workload) throw new Error("the workload was not found");
    const [pod] = (await kubernetes?.podsOf(ref, workload, signal)) ?? [];
    const place = { cluster: ref.cluster, namespace: ref.namespace, pod: pod?.metadata.name ?? "" };
    const log = await kubernetes?.podLog({ ...place, previous: false, tailLines: 20 }, signal);
    expect(log?.missing).toBeNull();
    expect(log?.lines[0]?.at).toMatch(/^20/);
    expect(
      await kubernetes?.nodes(ref.cluster, [pod?.spec?.nodeName ?? "", "no-such-node"], signal),
    ).toHaveLength(1);
    expect(await kubernetes?.autoscalersIn(ref, signal)).toBeInstanceOf(Array);
    expect((await kubernetes?.objectsIn(ref, "Service", signal))?.length).toBeGreaterThan(0);

    const [deployment] = (await github?.deployments(repo, { window: day }, signal)) ?? [];
    expect(deployment?.sha).toMatch(/^[0-9a-f]{40}$/);
    const app = await argocd?.application("order-service-prod", signal);
    expect(app?.history[0]?.revision).toBe(deployment?.sha);
    const before = app?.history[1]?.revision ?? "";
    const between = await github?.compare(repo, before, deployment?.sha ?? "", signal);
    expect(between?.files.length).toBeGreaterThan(0);
    expect(await argocd?.application("no-such-app", signal)).toBeNull();

    const alerts = await alertmanager?.alerts({ alertname: "HighErrorRate", job: "order-service" }, signal);
    expect(alerts).toHaveLength(1);
    const text = "Connection is not available";
    const found = await logs?.search(
      { index: "", service: "order-service", text, window: lately, limit: 5 },
      signal,
    );
    expect(found?.lines).toHaveLength(5);
    expect(found?.total).toBeGreaterThan(5);
    expect(found?.lines[0]).toMatchObject({ level: "error", message: expect.stringContaining(text) });
  } finally {
    await stop();
  }
});

test("AWS Health accepts our signature and answers its events", async () => {
  const { backends, stop } = await connect("acme-02");
  try {
    const query = { services: ["rds"], regions: ["us-east-1"], since: hoursAgo(24) };
    const [event] = (await backends.awsHealth?.events(query, signal)) ?? [];
    expect(event).toMatchObject({ service: "RDS", status: "open", description: expect.any(String) });
  } finally {
    await stop();
  }
});
