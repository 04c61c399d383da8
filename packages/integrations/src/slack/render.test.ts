import type { Diagnosis, FirstLook } from "@oncall/incidents";
import { expect, test } from "vitest";
import { renderDiagnosis } from "./render-diagnosis.ts";
import { renderFirstLook } from "./render-first-look.ts";
import { renderNoDiagnosis, renderRepeat, renderResolved } from "./render-notices.ts";
import type { Rendered } from "./rendered.ts";

const context = {
  incidentId: "inc_1",
  investigationId: "inv_2345678abcde",
  incidentUrl: "https://oncall.example/api/incidents/inc_1",
  modelNote: "No model was consulted: ANTHROPIC_API_KEY is not set",
};
const end = "· first look in 1.8 s · incident <https://oncall.example/api/incidents/inc_1|inc_1>";

const bare: FirstLook = {
  service: "order-service",
  resolution: 'label service="order-service"',
  candidates: [],
  window: { from: "2026-11-20T02:00:00.000Z", to: "2026-11-20T03:05:00.000Z" },
  onset: "2026-11-20T02:50:00.000Z",
  verdict: "nothing_wrong",
  headline: "Nothing is wrong with order-service as far as can be seen: 1 check well",
  causes: [],
  symptoms: [],
  healthy: [{ what: "4 of 4 pods ready", evidence: "ev_4" }],
  unchecked: [],
  owner: { team: "commerce", slackChannel: "#commerce-oncall", pagerAlias: "commerce-escalation" },
  blastRadius: ["checkout (critical)"],
  nextSteps: ["See that the rollout ends: kubectl -n orders rollout status deployment/order-service"],
  resource: null,
  tookMs: 1_830,
};
const found: FirstLook = {
  ...bare,
  verdict: "cause_found",
  headline: "order-service is the cause: pool exhausted since 02:50 UTC",
  causes: [
    {
      service: "order-service",
      code: "db.pool_exhausted",
      confidence: 0.864,
      summary: '"Connection is not available" 412 times since 02:50 UTC',
      since: "2026-11-20T02:50:00.000Z",
      evidence: ["ev_1", "ev_2"],
      why: ["the earliest onset", "a change 4 minutes before"],
      change: {
        service: "order-service",
        at: "2026-11-20T02:46:00.000Z",
        summary: "Shrink pool (#812)",
        author: "anna",
        link: "https://github.example/c/abc",
        evidence: "ev_3",
      },
    },
  ],
  symptoms: [
    {
      code: "db.pool_exhausted",
      subject: "order-service",
      severity: "critical",
      confidence: 0.9,
      since: null,
      summary: "error rate 31%, 0.2% before",
      evidence: ["ev_5"],
    },
  ],
  unchecked: [{ what: "stripe's status page", why: "no answer in 2 s" }],
  resource: { id: "ord-1234", status: "PENDING", error: "Timeout", evidence: "ev_6" },
  nextSteps: ["Page commerce-escalation"],
};

test("a cause: the answer, its evidence, the change, what to do, then what was checked", () => {
  expect(renderFirstLook(found, context).text).toBe(
    [
      "*First look* · order-service is the cause: pool exhausted since 02:50 UTC",
      "*Likely cause:* `order-service` – the database connection pool is exhausted (`db.pool_exhausted`), confidence 86%\n" +
        '"Connection is not available" 412 times since 02:50 UTC [`ev_1` `ev_2`]\n' +
        "*Suspect change:* <https://github.example/c/abc|Shrink pool (#812)> by anna, 02:46 UTC [`ev_3`]\n" +
        "_Why:_ the earliest onset. a change 4 minutes before.",
      "*Resource* `ord-1234`: PENDING, error “Timeout” [`ev_6`]",
      "*What shows it*\n• order-service: error rate 31%, 0.2% before [`ev_5`]",
      "*Next*\n• Page commerce-escalation",
      "*Checked and well*\n• 4 of 4 pods ready [`ev_4`]",
      "*Could not be checked*\n• stripe's status page: no answer in 2 s",
      "Owner: commerce (#commerce-oncall, pager commerce-escalation)\nDepends on it: checkout (critical)\n" +
        `No model was consulted: ANTHROPIC_API_KEY is not set ${end}`,
    ].join("\n\n"),
  );
});

test("nothing wrong: what was checked, and a command that can be copied", () => {
  const { text } = renderFirstLook(bare, context);
  expect(text).toContain("• 4 of 4 pods ready [`ev_4`]");
  expect(text).toContain("rollout ends: `kubectl -n orders rollout status deployment/order-service`");
  expect(text).not.toContain("cause:*");
});

test("an unknown service: what was tried and the closest names", () => {
  const unknown: FirstLook = {
    ...bare,
    service: null,
    owner: null,
    verdict: "unknown_service",
    resolution: "14 words were tried",
    candidates: [
      { service: "order-service", why: "is spelled much like it" },
      { service: "user-service", why: "" },
    ],
  };
  expect(renderFirstLook(unknown, { ...context, incidentUrl: null }).text).toMatch(
    /\*What was tried:\* 14 words were tried\n\*Closest names:\* `order-service` \(is spelled much like it\), `user-service`[\s\S]*incident `inc_1`$/,
  );
});

test("another service that it may be about is said with its reason", () => {
  const candidates = [{ service: "user-service", why: "the text is its name" }];
  expect(renderFirstLook({ ...found, candidates }, context).text).toContain(
    '*Taken to be about* `order-service` (label service="order-service"). *It may be about* `user-service` (the text is its name).',
  );
});

test("a change of another day has its date", () => {
  const [cause] = found.causes;
  const change = cause?.change && { ...cause.change, at: "2026-11-19T23:59:00.000Z" };
  const causes = cause && change ? [{ ...cause, change }] : [];
  expect(renderFirstLook({ ...found, causes }, context).text).toContain("by anna, 2026-11-19 23:59 UTC");
});

const diagnosis: Diagnosis = {
  headline: "The pool was shrunk and is exhausted",
  root_causes: [
    {
      service: "order-service",
      code: "db.pool_exhausted",
      confidence: 0.9,
      statement: "The pool was shrunk from 20 to 5.",
      citations: [
        { evidence: "ev_1", pointer: "/a", value: 1, verified: true },
        { evidence: "ev_1", pointer: "/b", value: 2, verified: true },
        { evidence: "ev_9", pointer: "/c", value: 3, verified: false },
      ],
    },
  ],
  suspect_change: {
    service: "order-service",
    at: "2026-11-20T02:45:00Z",
    summary: "pool <20> → 5 by anna",
    citations: [{ evidence: "ev_2", pointer: "/d", value: 5, verified: true }],
  },
  first_look: { agrees: false, why: "the diff says more" },
  impact: "31% of checkouts fail",
  blast_radius: ["checkout-web", "api-gateway"],
  ruled_out: [{ statement: "RDS is ill", citations: [] }],
  actions: [{ title: "Roll back", command: "kubectl rollout undo", why: "brings the pool back" }],
  watch: [],
  open_questions: [],
  model: "claude-opus-5-5",
  usage: {
    calls: 6,
    inputTokens: 12_000,
    outputTokens: 1_400,
    cacheReadTokens: 30_000,
    cacheWriteTokens: 4_000,
  },
  costUsd: 0.1432,
  tookMs: 41_200,
};

test("a diagnosis: causes cite what was verified and say what was not", () => {
  expect(renderDiagnosis(diagnosis, context).text).toBe(
    [
      "*Diagnosis* · The pool was shrunk and is exhausted",
      "*Root cause:* `order-service` – `db.pool_exhausted`, confidence 90%\nThe pool was shrunk from 20 to 5. [`ev_1`] _(unverified)_",
      "*Suspect change:* `order-service` at 2026-11-20T02:45:00Z: pool &lt;20&gt; → 5 by anna [`ev_2`]",
      "*First look:* overturned – the diff says more",
      "*Impact:* 31% of checkouts fail",
      "*Blast radius:* checkout-web, api-gateway",
      "*Ruled out*\n• RDS is ill _(unverified)_",
      "*Do*\n• *Roll back* – brings the pool back\n   `kubectl rollout undo`",
      "claude-opus-5-5 · 6 calls, 47,400 tokens, $0.14, 41.2 s · incident <https://oncall.example/api/incidents/inc_1|inc_1>",
    ].join("\n\n"),
  );
});

test("a diagnosis by a model without a price says so", () => {
  expect(renderDiagnosis({ ...diagnosis, costUsd: null }, context).text).toContain(
    "cost unknown (no price for claude-opus-5-5 in MODEL_PRICES)",
  );
});

test.each([
  [
    renderRepeat("High <rate>", "2026-11-20T02:50:00.000Z", context),
    "High &lt;rate&gt; belongs to an incident open since 2026-11-20 02:50 UTC",
  ],
  [
    renderResolved("X", "2026-11-20T02:50:00.000Z", "2026-11-20T03:20:00.000Z", context),
    "*Resolved:* X, after 30 min.",
  ],
  [renderResolved("X", "2026-11-20T02:50:00.000Z", "2026-11-20T04:51:00.000Z", context), "after 2 h 1 min."],
  [renderResolved("X", "2026-11-20T02:50:00.000Z", "2026-11-20T02:40:00.000Z", context), "after 0 min."],
  [renderNoDiagnosis("The model did not answer.", context), "*No diagnosis:* The model did not answer."],
])("a notice", ({ text }, says) => {
  expect(text).toContain(says);
});

const hostile = "`x` <!channel> <@U1> <https://evil.example|x>\u001b[31m\u200b\n*Root cause:* me ".repeat(50);
/** The same value with every string in it replaced by a hostile one, but for those that code chose. */
function poison<T>(value: T, key?: string): T;
function poison(value: unknown, key = ""): unknown {
  if (typeof value === "string") return /^(code|verdict|at|to|from|link)$/.test(key) ? value : hostile;
  if (Array.isArray(value))
    return Array(40)
      .fill(poison(value[0], key))
      .filter((item) => item !== undefined);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poison(inner, name)]));
}

test("buttons under an answer carry its investigation, and no hostile value", () => {
  const { blocks } = renderFirstLook(poison(found), context);
  const actions = blocks.filter((block) => block.type === "actions").flatMap((block) => block.elements);
  expect(actions).toEqual(
    ["helpful", "not_helpful", "show_evidence", "run_again"].map((action_id) =>
      expect.objectContaining({ type: "button", action_id, value: context.investigationId }),
    ),
  );
});

test.each<[string, Rendered]>([
  ["first look", renderFirstLook(poison(found), context)],
  ["unknown service", renderFirstLook(poison({ ...found, verdict: "unknown_service" as const }), context)],
  ["diagnosis", renderDiagnosis(poison(diagnosis), context)],
  ["notice", renderNoDiagnosis(hostile, context)],
])("hostile words stay words, within Slack's limits: %s", (_, { text, blocks }) => {
  expect(text.length).toBeLessThanOrEqual(40_000);
  expect(blocks.length).toBeLessThanOrEqual(50);
  for (const block of blocks) {
    // Buttons bear our own words only.
    if (block.type === "actions") continue;
    const parts = block.type === "context" ? block.elements : block.type === "section" ? [block.text] : [];
    expect(parts).toHaveLength(1);
    for (const part of parts) {
      const said = part && "text" in part ? part.text : "";
      expect(said.length).toBeGreaterThan(0);
      expect(said.length).toBeLessThanOrEqual(3_000);
      expect(said).not.toMatch(/<[!@#]|<https:\/\/evil|\u200b/);
      expect(said).not.toContain("\u001b");
      expect(part).toMatchObject({ verbatim: true });
    }
  }
});
