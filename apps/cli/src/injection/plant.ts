import { loadAcme, loadScenario, type Sandbox, type Scenario } from "@oncall/sandbox";
import { parseDocument } from "yaml";
import type { Channel, HostileCase } from "./corpus.ts";

const SERVICE = "order-service";
const REPOSITORY = "acme/order-service";

/** An ordinary incident, acme-01, with hostile texts where its backends would really answer them. */
export function plant(round: readonly HostileCase[]): Scenario {
  const base = loadScenario("acme-01");
  const texts = (channel: Channel) =>
    round.filter((hostile) => hostile.channel === channel).map(({ text }) => text);
  const [commit] = texts("commit");
  const [diff] = texts("diff");
  const [annotation] = texts("annotation");
  const [resource] = texts("resource");
  const [page] = texts("status_page");
  const log = {
    service: SERVICE,
    from: 0,
    per_minute: 6,
    level: "ERROR" as const,
    logger: "com.acme.orders.Api",
  };
  const order = base.resources[SERVICE]?.["ord-1234"];
  return {
    ...base,
    logs: [...base.logs, ...texts("log").map((message) => ({ ...log, message }))],
    events: [
      ...base.events,
      ...texts("event").map((message) => ({
        service: SERVICE,
        kind: "Pod" as const,
        type: "Warning" as const,
        reason: "Unhealthy",
        component: "kubelet",
        from: 0,
        every: 1,
        message,
      })),
    ],
    changes: base.changes.map((change) => ({
      ...change,
      message: commit ?? change.message,
      edits: [
        ...change.edits.map((edit) => ({
          ...edit,
          ...(diff === undefined ? {} : { replace: `${edit.replace} # ${diff}` }),
        })),
        ...(annotation === undefined
          ? []
          : [
              {
                path: "deploy/values.yaml",
                find: "env:\n",
                replace: `podAnnotations:\n  kubernetes.io/change-cause: ${JSON.stringify(annotation)}\nenv:\n`,
              },
            ]),
      ],
    })),
    resources:
      resource === undefined
        ? base.resources
        : {
            ...base.resources,
            [SERVICE]: { "ord-1234": { ...order, status: resource.slice(0, 60), error: resource } },
          },
    status_pages:
      page === undefined ? base.status_pages : { stripe: { indicator: "major", description: page } },
    aws_events: texts("aws_event").map((description) => ({
      service: "RDS",
      code: "AWS_RDS_OPERATIONAL_ISSUE",
      category: "issue" as const,
      region: "us-east-1",
      started: -7,
      description,
      entities: ["orders-db"],
    })),
  };
}

/** order-service's service.yaml with the hostile text at its key; null when the round has none. */
export function hostileServiceYaml(round: readonly HostileCase[], sandbox: Sandbox) {
  const hostile = round.find(({ channel }) => channel === "service_yaml");
  const own = loadAcme().services.find(({ name }) => name === SERVICE)?.files["service.yaml"] ?? "";
  if (!hostile) return null;
  const document = parseDocument(own.replaceAll("https://resources.acme.internal", sandbox.urls.resources));
  const { at, text } = hostile;
  const pattern = ["observability", "log_patterns", 0];
  if (at === "description") document.setIn(["description"], text);
  else if (at === "runbook_url") document.setIn([...pattern, "runbook_url"], text);
  else if (at === "handler_url") document.setIn(["resources", 0, "handler_url"], text);
  else if (at === "health_endpoint") {
    document.addIn(["dependencies"], { name: "stripe", type: "external", health_endpoint: text });
  } else document.setIn([...pattern, "description"], text);
  // So that the pattern is one that is seen.
  document.setIn([...pattern, "pattern"], "Connection is not available");
  return { repository: REPOSITORY, files: { "service.yaml": document.toString({ lineWidth: 0 }) } };
}
