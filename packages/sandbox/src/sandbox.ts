import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "@oncall/core";
import type { FastifyInstance } from "fastify";
import { createAlertmanagerServer, webhookBody } from "./alertmanager/server.ts";
import { createArgoCdServer } from "./argocd/server.ts";
import { createAwsHealthServer } from "./aws-health/server.ts";
import { loadAcme, loadScenario, scenarioTitles } from "./data/load.ts";
import type { Person } from "./data/types.ts";
import type { CommitStatus } from "./github/commit-status.ts";
import { type PushDelivery, type SentPush, sendPush, signPush } from "./github/push.ts";
import { createGithubServer } from "./github/server.ts";
import { groupBy } from "./group-by.ts";
import { deliver } from "./http/deliver.ts";
import { listen, type RunningServer } from "./http/server.ts";
import { tokenPath, writeKubeconfig } from "./kubernetes/kubeconfig.ts";
import { createKubernetesServer } from "./kubernetes/server.ts";
import { createLokiServer } from "./loki/server.ts";
import { createOpenSearchServer } from "./opensearch/server.ts";
import { createPrometheusServer } from "./prometheus/index.ts";
import { createResourcesServer } from "./resources/server.ts";
import {
  type ProductPaths,
  type Sandbox,
  type SandboxOptions,
  SERVERS,
  type ServerName,
} from "./sandbox-api.ts";
import { createScreen } from "./screen/server.ts";
import { createOutbound } from "./slack/outbound.ts";
import { renderThread } from "./slack/render-thread.ts";
import { createResponseUrls } from "./slack/response-urls.ts";
import { SLACK_TIMINGS } from "./slack/signed-requests.ts";
import { createSlackServer } from "./slack/web-api.ts";
import { createWorkspace, type SlackMessage } from "./slack/workspace.ts";
import { waitFor } from "./wait-for.ts";
import type { Repository } from "./world/repositories.ts";
import { createWorld, type World } from "./world/world.ts";

/** Starts all of Acme's backends on loopback; `close` stops them. Throws when the scenario is not valid or a port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const scenario = typeof options.scenario === "string" ? loadScenario(options.scenario) : options.scenario;
  const now = options.now ?? (() => new Date());
  const paths: ProductPaths = {
    github: "/webhooks/github",
    slackEvents: "/slack/events",
    slackCommands: "/slack/commands",
    slackInteractions: "/slack/interactions",
    alertmanager: "/webhooks/alertmanager",
    ...options.productPaths,
  };
  const tokens = {
    kubernetes: randomBytes(24).toString("base64url"),
    argocd: randomBytes(24).toString("base64url"),
    github: `ghp_${randomBytes(18).toString("hex")}`,
    slack: `xoxb-${randomBytes(18).toString("hex")}`,
    awsKeyId: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`,
    awsSecret: randomBytes(30).toString("base64"),
  };
  const statuses: CommitStatus[] = [];
  const pushes = new Map<string, SentPush>();
  const folder = await mkdtemp(join(tmpdir(), "acme-"));
  const kubeconfig = join(folder, "kubeconfig");
  const running: Partial<Record<ServerName, RunningServer>> = {};
  const start = async (name: ServerName, app: FastifyInstance): Promise<RunningServer> => {
    const server = await listen(app, options.ports?.[name]);
    running[name] = server;
    return server;
  };

  try {
    // service.yaml names the resource APIs' address, so that server comes first.
    let world: World | undefined;
    const worldOf = (): World => {
      if (!world) throw new AppError("unavailable", "The sandbox is starting; ask again in a moment.");
      return world;
    };
    const resources = await start("resources", createResourcesServer(worldOf));
    world = createWorld({
      acme: loadAcme(),
      scenario,
      seed: options.seed ?? 1,
      now,
      resourcesOrigin: resources.url,
    });
    const { timeline, repositories, acme } = world;
    const [first = world.cluster, second = first] = world.clusters.values();
    const workspace = createWorkspace(acme.company, timeline.now);
    const responseUrls = createResponseUrls(workspace);
    const outbound = createOutbound({
      workspace,
      responseUrls,
      signingSecret: options.slackSigningSecret,
      timings: options.slackTimings ?? SLACK_TIMINGS,
      origin: () => running.slack?.url ?? "",
    });
    const servers = {
      resources,
      prometheus: await start(
        "prometheus",
        createPrometheusServer({ source: world.metrics, now: timeline.now, rules: world.rules }),
      ),
      opensearch: await start("opensearch", createOpenSearchServer(world, options.opensearchCredentials)),
      kubernetes: await start("kubernetes", createKubernetesServer(world, tokens.kubernetes, first)),
      kubernetesEu: await start("kubernetesEu", createKubernetesServer(world, tokens.kubernetes, second)),
      loki: await start("loki", createLokiServer(world)),
      argocd: await start("argocd", createArgoCdServer(world, tokens.argocd)),
      alertmanager: await start("alertmanager", createAlertmanagerServer(world)),
      github: await start("github", createGithubServer(world, tokens.github, statuses)),
      awsHealth: await start("awsHealth", createAwsHealthServer(world, tokens.awsKeyId)),
      slack: await start(
        "slack",
        createSlackServer({ workspace, token: tokens.slack, responseUrls, onBotMessage: outbound.echo }),
      ),
    } satisfies Record<ServerName, RunningServer>;

    const contexts = [
      { name: first.name, url: servers.kubernetes.url },
      { name: second.name, url: servers.kubernetesEu.url },
    ];
    const secondOnly = join(folder, "kubeconfig-further");
    // kubectl sends no token over plain HTTP, so what is written for people carries it in the address too.
    const forPeople = contexts.map(({ name, url }) => ({
      name,
      url: `${url}${tokenPath(tokens.kubernetes)}`,
    }));
    await writeKubeconfig(kubeconfig, forPeople, tokens.kubernetes);
    await writeKubeconfig(secondOnly, contexts.slice(1), tokens.kubernetes);

    const at = (productUrl: string, path: string): string => new URL(path, productUrl).toString();
    const channelId = (channel: string): string => {
      const found = workspace.channel(channel);
      if (!found) throw new AppError("not_found", `Acme's Slack has no channel ${channel}.`);
      return found.id;
    };
    const thread = (channel: string, ts: string): SlackMessage[] =>
      workspace
        .messages(channelId(channel))
        .filter((message) => message.ts === ts || message.thread_ts === ts);
    const send = (productUrl: string, sent: SentPush): Promise<PushDelivery> => {
      pushes.set(sent.deliveryId, sent);
      return sendPush(at(productUrl, paths.github), sent);
    };
    const alert = world.alert();
    let screen: RunningServer | undefined;
    const secret = options.githubWebhookSecret;

    return {
      scenario: { name: scenario.name, title: scenario.title, alert, truth: scenario.truth },
      world,
      urls: eachServer((name) => servers[name].url),
      faults: eachServer((name) => servers[name].faults),
      kubeconfig,
      environment: () => ({
        PROMETHEUS_URL: servers.prometheus.url,
        OPENSEARCH_URL: servers.opensearch.url,
        KUBERNETES_API_URL: servers.kubernetes.url,
        KUBERNETES_TOKEN: tokens.kubernetes,
        KUBERNETES_CLUSTER: first.name,
        KUBECONFIG: secondOnly,
        ARGOCD_URL: servers.argocd.url,
        ARGOCD_TOKEN: tokens.argocd,
        ALERTMANAGER_URL: servers.alertmanager.url,
        GITHUB_API_URL: servers.github.url,
        GITHUB_TOKEN: tokens.github,
        GITHUB_WEBHOOK_SECRET: options.githubWebhookSecret,
        SLACK_BOT_TOKEN: tokens.slack,
        SLACK_SIGNING_SECRET: options.slackSigningSecret,
        SLACK_API_URL: `${servers.slack.url}/api/`,
        HANDLER_URL_ALLOW: resources.url,
        AWS_ENDPOINT_URL_HEALTH: servers.awsHealth.url,
        AWS_ACCESS_KEY_ID: tokens.awsKeyId,
        AWS_SECRET_ACCESS_KEY: tokens.awsSecret,
      }),
      pushCatalog: (productUrl) =>
        Promise.all(
          [...repositories.values()].map((repository) =>
            send(productUrl, signPush(repository, repository.commits, { secret, pushedMs: timeline.now() })),
          ),
        ),
      push(productUrl, input) {
        const repository = repositoryOf(repositories, input.repository);
        const author = personOf(acme.company.people, input.author);
        const message = input.message ?? `Update ${Object.keys(input.files).join(", ")}`;
        const commit = repository.commit({ author, atMs: timeline.now(), message, files: input.files });
        const { deliveryId } = input;
        return send(
          productUrl,
          signPush(repository, [commit], { secret, pushedMs: commit.atMs, deliveryId }),
        );
      },
      fireAlert: (productUrl) => outbound.postAlert(at(productUrl, paths.slackEvents), alert),
      async fireWebhook(productUrl, { token } = {}) {
        const groups = groupBy(world?.alerts() ?? [], ({ labels }) => labels.alertname);
        const headers = {
          "content-type": "application/json",
          "user-agent": "Alertmanager/0.27.0",
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        };
        const bodies = [...groups.values()].map((alerts) =>
          webhookBody(alerts, servers.alertmanager.url, timeline.now()),
        );
        const url = at(productUrl, paths.alertmanager);
        return Promise.all(bodies.map((body) => deliver(url, headers, JSON.stringify(body), 10_000)));
      },
      say: (productUrl, input) => outbound.postPerson(at(productUrl, paths.slackEvents), input),
      command: (productUrl, input) => outbound.command(at(productUrl, paths.slackCommands), input),
      async redeliver(productUrl, id) {
        const push = pushes.get(id);
        if (push) return sendPush(at(productUrl, paths.github), push);
        return outbound.redeliver(at(productUrl, paths.slackEvents), id);
      },
      verifySlackUrl: (productUrl) => outbound.verifyUrl(at(productUrl, paths.slackEvents)),
      thread,
      channel: (channel) => workspace.messages(channelId(channel)),
      ephemerals: () => workspace.ephemerals,
      commitStatuses: () => statuses,
      waitFor: (what, find, timeoutMs = 30_000) => waitFor(workspace.onChange, what, find, timeoutMs),
      render: (channel, ts) => renderThread(thread(channel, ts), workspace.nameOf),
      async showScreen({ productUrl, port }) {
        screen ??= await listen(
          createScreen({
            workspace,
            scenario: { name: scenario.name, title: scenario.title },
            scenarios: scenarioTitles,
            send: {
              say: (input) => outbound.postPerson(at(productUrl, paths.slackEvents), input),
              command: (input) => outbound.command(at(productUrl, paths.slackCommands), input),
              press: (input) => outbound.press(at(productUrl, paths.slackInteractions), input),
              fireAlert: () => outbound.postAlert(at(productUrl, paths.slackEvents), alert),
            },
          }),
          port,
        );
        return { url: screen.url };
      },
      async close() {
        await screen?.close();
        await outbound.close();
        await closeAll(running);
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await closeAll(running);
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function eachServer<T>(make: (name: ServerName) => T): Record<ServerName, T> {
  return Object.fromEntries(SERVERS.map((name) => [name, make(name)])) as Record<ServerName, T>;
}

async function closeAll(running: Partial<Record<ServerName, RunningServer>>): Promise<void> {
  await Promise.all(Object.values(running).map((server) => server.close()));
}

function repositoryOf(repositories: ReadonlyMap<string, Repository>, fullName: string): Repository {
  const repository = repositories.get(fullName);
  if (!repository) {
    throw new AppError(
      "not_found",
      `Acme has no repository ${fullName}; it has ${[...repositories.keys()].join(", ")}.`,
    );
  }
  return repository;
}

function personOf(people: readonly Person[], login: string | undefined): Person {
  const person = login === undefined ? people[0] : people.find((entry) => entry.login === login);
  if (!person) throw new AppError("not_found", `Nobody at Acme has the login ${login}.`);
  return person;
}
