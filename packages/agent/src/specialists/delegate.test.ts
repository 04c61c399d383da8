import { type ScriptedModel, startScriptedModel, type Turn } from "@oncall/sandbox";
import { afterEach, expect, test } from "vitest";
import { diagnose } from "../diagnose.ts";
import { createModel } from "../model.ts";
import type { AgentDeps } from "../run.ts";
import { logsEvidence } from "../testing/evidence.ts";
import { orderCase } from "../testing/order-case.ts";
import { type Stage, stage, submits } from "../testing/stage.ts";

const servers: ScriptedModel[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const agents = [
  {
    name: "graph",
    description: "who depends",
    tools: ["get_dependents"],
    model: "specialist",
    instructions: "Follow the graph.",
  },
  {
    name: "people",
    description: "whom to call",
    tools: ["get_escalation_path"],
    model: "specialist",
    instructions: "Find the team.",
  },
];
const asks = (...names: string[]): Turn => ({
  content: names.map((agent) => ({
    tool_use: "delegate",
    input: { agent, task: `Look into it, ${agent}.` },
  })),
});
const holds = [{ evidence: logsEvidence.id, pointer: "/data/total", value: 412 }];
const reports = (citations: typeof holds): Turn => ({
  content: [
    {
      tool_use: "submit_findings",
      input: { summary: "Timeouts.", findings: [{ statement: "412 lines", confidence: 0.9, citations }] },
    },
  ],
});
const both = {
  content: [
    { tool_use: "get_dependents", input: { service: "order-service" } },
    { tool_use: "get_escalation_path", input: { service: "order-service" } },
  ],
};

/** A lead and its specialists, each side with a scripted model of its own. */
async function withSpecialists(
  lead: readonly Turn[],
  theirs: readonly Turn[],
  more: Partial<AgentDeps> = {},
): Promise<Stage & { specialist: ScriptedModel }> {
  const staged = await stage(lead);
  const specialist = await startScriptedModel({ script: theirs });
  servers.push(staged.server, specialist);
  const model = createModel({
    apiKey: "k",
    baseUrl: specialist.url,
    model: "claude-sonnet-5-5",
    maxRetries: 0,
  });
  return {
    ...staged,
    specialist,
    deps: { ...staged.deps, specialists: { agents, modelOf: () => model }, ...more },
  };
}

test("work in parallel, each with its own tools alone, and report cited findings; their calls are in the ledger", async () => {
  const { deps, server, specialist, calls, steps } = await withSpecialists(
    [asks("graph", "people"), submits()],
    [both, reports(holds)],
  );
  const outcome = await diagnose(orderCase, deps);
  expect(calls.sort()).toEqual(["get_dependents", "get_escalation_path"]);
  const tools = specialist.requests.map(({ body }) => (body.tools ?? []).map(({ name }) => name).join());
  expect([...new Set(tools)].sort()).toEqual([
    "get_dependents,get_evidence,submit_findings",
    "get_escalation_path,get_evidence,submit_findings",
  ]);
  expect(JSON.stringify(specialist.requests.map(({ body }) => body.messages))).toContain("There is no tool");
  const heard = JSON.stringify(server.requests.at(-1)?.body.messages.at(-1));
  expect(heard).toContain(
    `{statement: 412 lines,confidence: 0.9,citations: [{evidence: ${logsEvidence.id},pointer: /data/total,value: 412}]}`,
  );
  // Two of the lead, two of each specialist.
  expect(outcome).toMatchObject({
    state: "done",
    diagnosis: { usage: { calls: 6 }, model: "claude-opus-5-5" },
  });
  expect(new Set(steps.map(({ by }) => by))).toEqual(new Set([undefined, "graph", "people"]));
});

test("a finding whose citation does not hold goes back once, then is capped and named as unverified", async () => {
  const wrong = reports([{ evidence: logsEvidence.id, pointer: "/data/total", value: 1 }]);
  const { deps, server, specialist } = await withSpecialists([asks("graph"), submits()], [wrong, wrong]);
  await diagnose(orderCase, deps);
  expect(specialist.requests).toHaveLength(2);
  expect(JSON.stringify(server.requests.at(-1)?.body.messages.at(-1))).toContain(
    "{statement: 412 lines,confidence: 0.5,citations: [],unverified: 1}",
  );
});

test.each([
  ["one that there is not", { agent: "network", task: "x" }, "/agent"],
  ["no task", { agent: "graph" }, "must have required property 'task'"],
])("%s is answered with what is wrong", async (_, input, problem) => {
  const { deps, server, specialist } = await withSpecialists(
    [{ content: [{ tool_use: "delegate", input }] }, submits()],
    [reports(holds)],
  );
  expect((await diagnose(orderCase, deps)).state).toBe("done");
  expect(JSON.stringify(server.requests.at(-1)?.body.messages.at(-1))).toContain(problem);
  expect(specialist.requests).toHaveLength(0);
});

test("cannot delegate themselves", async () => {
  const { deps, specialist } = await withSpecialists(
    [asks("graph"), submits()],
    [asks("people"), reports(holds)],
  );
  await diagnose(orderCase, deps);
  expect(JSON.stringify(specialist.requests.at(-1)?.body.messages)).toContain("There is no tool delegate");
});

test("one that fails costs its task, not the diagnosis", async () => {
  const { deps, server } = await withSpecialists([asks("graph"), submits()], [{ error: 401 }]);
  expect((await diagnose(orderCase, deps)).state).toBe("done");
  expect(JSON.stringify(server.requests.at(-1)?.body.messages.at(-1))).toContain("graph found nothing out");
});

test("after a crash a task goes on where it was", async () => {
  const { deps, specialist, server } = await withSpecialists(
    [asks("graph"), submits()],
    [both, reports(holds)],
  );
  let left = 5; // begun and the model's call of the lead; begun, the model's call and a tool of the specialist
  const steps: AgentDeps["steps"] = {
    list: deps.steps.list,
    record: async (...args) => {
      if (left-- <= 0) throw new Error("killed");
      await deps.steps.record(...args);
    },
  };
  await expect(diagnose(orderCase, { ...deps, steps })).rejects.toThrow("killed");
  const [asked, done] = [specialist.requests.length, server.requests.length];
  expect((await diagnose(orderCase, deps)).state).toBe("done");
  expect([asked, specialist.requests.length - asked, server.requests.length - done]).toEqual([1, 1, 1]);
});
