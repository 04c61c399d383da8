import type { Scenario, SlackAlert, Truth } from "./data/scenario.ts";
import type { CommitStatus } from "./github/commit-status.ts";
import type { PushDelivery } from "./github/push.ts";
import type { Delivery } from "./http/deliver.ts";
import type { Faults } from "./http/faults.ts";
import type { OpenSearchCredentials } from "./opensearch/server.ts";
import type { CommandInput, Posted, SayInput } from "./slack/outbound.ts";
import type { EventDelivery, SlackTimings } from "./slack/signed-requests.ts";
import type { EphemeralMessage, SlackMessage } from "./slack/workspace.ts";
import type { World } from "./world/world.ts";

export const SERVERS = [
  "prometheus",
  "opensearch",
  "kubernetes",
  "github",
  "slack",
  "awsHealth",
  "resources",
  "kubernetesEu",
  "loki",
  "argocd",
  "alertmanager",
] as const;
export type ServerName = (typeof SERVERS)[number];

export interface SandboxOptions {
  /** A folder under `scenarios/`, or a scenario already loaded. */
  readonly scenario: string | Scenario;
  readonly seed?: number;
  /** The world's clock; signatures use the machine's own. */
  readonly now?: () => Date;
  readonly slackSigningSecret: string;
  readonly githubWebhookSecret: string;
  /** Fixed ports; a server without one takes a free one. */
  readonly ports?: Partial<Record<ServerName, number>>;
  /** Basic auth that OpenSearch asks for; open when left out. */
  readonly opensearchCredentials?: OpenSearchCredentials;
  /** Slack's patience and its retries; tests shorten them. */
  readonly slackTimings?: SlackTimings;
  /** Where the product takes webhooks. */
  readonly productPaths?: Partial<ProductPaths>;
}

export interface ProductPaths {
  readonly github: string;
  readonly slackEvents: string;
  readonly slackCommands: string;
  readonly slackInteractions: string;
  readonly alertmanager: string;
}

export interface PushInput {
  /** `acme/order-service`. */
  readonly repository: string;
  /** New contents by path; null removes a file. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly message?: string;
  /** A login of company.yaml. */
  readonly author?: string;
  readonly deliveryId?: string;
}

/** A running Acme: its backends' addresses, what it can be made to send, and what was said in its Slack. */
export interface Sandbox {
  readonly scenario: {
    readonly name: string;
    readonly title: string;
    readonly alert: SlackAlert;
    readonly truth: Truth;
  };
  readonly world: World;
  readonly urls: Readonly<Record<ServerName, string>>;
  /** A kubeconfig with a context for each cluster, for kubectl; removed at close. */
  readonly kubeconfig: string;
  /** The product's environment variables that point it here. */
  environment(): Record<string, string>;
  /** A signed push of every repository with all its commits, as on the day the webhook was added. */
  pushCatalog(productUrl: string): Promise<PushDelivery[]>;
  /** Commits files and delivers the push. */
  push(productUrl: string, input: PushInput): Promise<PushDelivery>;
  /** The Alertmanager bot posts the scenario's alert; `ms` runs until the event was accepted. */
  fireAlert(productUrl: string): Promise<Posted>;
  /** Alertmanager's webhooks, one for each group of `alertname`, with the bearer token if there is one. */
  fireWebhook(productUrl: string, options?: { readonly token?: string }): Promise<Delivery[]>;
  /** A person writes in a channel or a thread. */
  say(productUrl: string, input: SayInput): Promise<Posted>;
  command(productUrl: string, input: CommandInput): Promise<{ status: number; body: string; ms: number }>;
  /** Sends a push (by delivery id) or a Slack event (by event id) once more. */
  redeliver(productUrl: string, id: string): Promise<PushDelivery | EventDelivery>;
  verifySlackUrl(productUrl: string): Promise<boolean>;
  /** A thread's messages, its parent first; channel by id or name. */
  thread(channel: string, ts: string): readonly SlackMessage[];
  channel(channel: string): readonly SlackMessage[];
  ephemerals(): readonly EphemeralMessage[];
  commitStatuses(): readonly CommitStatus[];
  /** Resolves with what `find` returns as soon as that is not undefined; throws unavailable after `timeoutMs`. */
  waitFor<T>(what: string, find: () => T | undefined, timeoutMs?: number): Promise<T>;
  /** Opens a page like Slack's on a port of its own (any free one when left out); what is done there goes to the product. */
  showScreen(options: { readonly productUrl: string; readonly port?: number }): Promise<{ url: string }>;
  /** A thread as a person reads it. */
  render(channel: string, ts: string): string;
  readonly faults: Readonly<Record<ServerName, Faults>>;
  close(): Promise<void>;
}
