import { indexServices, parseServiceYaml, type ServiceEntry } from "@oncall/catalog";
import { describe, expect, test } from "vitest";
import { routeQuestion } from "./routing.ts";
import { knownNames } from "./subject.ts";

function service(name: string, more = ""): ServiceEntry {
  const { definition } = parseServiceYaml(
    `name: ${name}\nteam: commerce\nslack_channel: "#c"\npager_alias: p\n${more}`,
  );
  if (definition === null) throw new Error(`${name} is no service.yaml`);
  return { ...definition, repository: "o/r", path: "service.yaml", commit: "c", syncedAt: "" };
}

const known = knownNames(
  indexServices([
    service(
      "order-service",
      'aliases: [orders]\ndependencies: [{ name: postgres-orders, type: database }]\nresources: [{ pattern: "ord-*", type: order }]',
    ),
    service("user-service"),
    service("api-gateway"),
  ]),
);
const order = { kind: "service", name: "order-service" };
const gateway = { kind: "service", name: "api-gateway" };
const database = { kind: "dependency", name: "postgres-orders" };
const ord = { kind: "resource", id: "ord-1234", service: "order-service" };

describe("a lookup is answered without a model", () => {
  test.each([
    ["who owns order-service?", "owner", order],
    ["Who owns the order service", "owner", order],
    ["hey, can you tell me who owns `orders` please?", "owner", order],
    ["which team is responsible for order?", "owner", order],
    ["who owns ord-1234?", "owner", ord],
    ["who owns postgres-orders?", "owner", database],
    ["who owns ordr-service?", "owner", { kind: "unknown", name: "ordr-service" }],
    ["who is on call for the api gateway right now?", "on_call", gateway],
    ["who's on-call for api-gateway", "on_call", gateway],
    ["who should I page for order-service?", "on_call", order],
    ["escalation path of order-service", "on_call", order],
    ["what depends on postgres-orders?", "dependents", database],
    ["What is the blast radius of order-service?", "dependents", order],
    ["who uses order-service?", "dependents", order],
    ["what is affected if order-service goes down?", "dependents", order],
    ["what does order-service depend on?", "dependencies", order],
    ["What are the dependencies of api-gateway", "dependencies", gateway],
    ["recent deploys of order-service", "deploys", order],
    ["What changed recently in order-service?", "deploys", order],
    ["when was order-service last deployed?", "deploys", order],
    ["were there any deployments of api-gateway?", "deploys", gateway],
    ["status of ord-1234", "status", ord],
    ["What's the status of ord-1234 now?", "status", ord],
    ["ord-1234", "status", ord],
    ["order-service?", "status", order],
    ["is order-service healthy?", "status", order],
    ["how is the api gateway doing?", "status", gateway],
    ["what is the error rate of order-service?", "status", order],
    ["what is order-service?", "about", order],
    ["tell me about api-gateway", "about", gateway],
    ["what is the slack channel of order-service", "about", order],
  ])("%s", (question, ask, subject) => {
    expect(routeQuestion(question, known, null)).toEqual({ kind: "lookup", lookup: { ask, subject } });
  });

  test.each([
    ["list services", null],
    ["list all the services", null],
    ["list services of team commerce", "commerce"],
    ["which services does team payments own?", "payments"],
    ["show me the services of the commerce team", "commerce"],
  ])("%s", (question, team) => {
    expect(routeQuestion(question, known, null)).toEqual({
      kind: "lookup",
      lookup: { ask: "services", team },
    });
  });
});

describe("pronouns mean what was spoken of", () => {
  test.each([
    ["who owns it?", "owner"],
    ["what depends on this service?", "dependents"],
    ["who is on call?", "on_call"],
    ["what changed?", "deploys"],
    ["status?", "status"],
  ])("%s", (question, ask) => {
    expect(routeQuestion(question, known, "ord-1234")).toEqual({
      kind: "lookup",
      lookup: { ask, subject: ord },
    });
    expect(routeQuestion(question, known, null)).toEqual({ kind: "lookup", lookup: { ask: "unclear" } });
  });

  test("also in a question about trouble", () => {
    const route = { kind: "diagnosis", subject: order, commanded: false };
    expect(routeQuestion("why is it failing?", known, "order-service")).toEqual(route);
  });
});

test.each([
  ["why is order-service failing?", order, false],
  ["why are checkouts slow on the api gateway?", gateway, false],
  ["who owns order-service and why is it failing?", order, false],
  ["What's wrong with ord-1234?", ord, false],
  ["what broke?", null, false],
  ["is order-service down?", order, false],
  ["order-service keeps restarting", order, false],
  ["explain the errors of postgres-orders", database, false],
  ["diagnose ord-1234", ord, true],
  ["please investigate order-service: is it the deploy?", order, true],
  ["diagnose nothing-we-know", null, true],
])("%s is for the first look and the strong model", (question, subject, commanded) => {
  expect(routeQuestion(question, known, null)).toEqual({ kind: "diagnosis", subject, commanded });
});

test.each([
  ["how do I roll back order-service?", order],
  ["who owns order-service and user-service?", order],
  ["what is a circuit breaker?", null],
  ["what is going well?", null],
  ["who owns the decision about lunch?", null],
  ["compare the traffic of user-service with yesterday", { kind: "service", name: "user-service" }],
  ["", null],
  [`${"a ".repeat(4_000)}?`, null],
  [`who owns ${"(((".repeat(2_000)}`, null],
])("%.60s is for the small model", (question, subject) => {
  expect(routeQuestion(question, known, null)).toEqual({ kind: "question", subject });
});
