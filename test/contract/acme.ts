import { type Sandbox, startSandbox } from "../../packages/sandbox/src/index.ts";

/** Acme with a deployment that crashes, for clients that are not ours. */
export function startAcme(): Promise<Sandbox> {
  return startSandbox({
    scenario: "acme-03",
    slackSigningSecret: "slack-signing-secret",
    githubWebhookSecret: "github-webhook-secret",
  });
}

export const CLUSTERS = ["prod-us-east-1", "prod-eu-west-1"] as const;
