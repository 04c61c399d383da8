import { checker } from "@oncall/core";
import { describe, expect, test } from "vitest";
import { renderProblems } from "./lint.ts";
import { parseServiceYaml } from "./parse.ts";
import { serviceYamlSchema } from "./schema.ts";

const head =
  'name: order-service\nteam: commerce\nslack_channel: "#commerce-oncall"\npager_alias: commerce-escalation\n';

const full = `${head}description: "System of record for customer orders"
language: java
aliases: [orders]
dependencies:
  - name: user-service
    type: internal
    critical: true
  - name: postgres-orders
    type: database
    aws_hosted: true
    aws_service: rds
    aws_region: us-east-1
  - name: stripe
    type: external
    health_endpoint: https://status.example/api/v2/status.json
resources:
  - pattern: "ord-*"
    type: order
    handler_url: "https://order-service.internal/api/resources/\${id}"
observability:
  prometheus_job: order-service
  log_patterns:
    - { name: PaymentDeclined, pattern: "payment declined", severity: warning }
deployment:
  kubernetes: { cluster: prod-us-east-1, namespace: orders, workload: order-service }
runbooks: ["docs/runbooks/order-service.md"]
automation:
  requires_approval: [restart_deployment]
`;

describe("a valid file", () => {
  test("is read into the catalog's words, defaults filled in", () => {
    const { definition, errors, warnings } = parseServiceYaml(full);
    expect(errors).toEqual([]);
    expect(warnings).toEqual([]);
    expect(definition).toMatchObject({
      name: "order-service",
      slackChannel: "#commerce-oncall",
      aliases: ["orders"],
      dependencies: [
        { name: "user-service", critical: true, awsHosted: false },
        {
          name: "postgres-orders",
          critical: false,
          awsHosted: true,
          awsService: "rds",
          awsRegion: "us-east-1",
        },
        { name: "stripe", healthEndpoint: "https://status.example/api/v2/status.json" },
      ],
      resources: [{ pattern: "ord-*", handlerUrl: `https://order-service.internal/api/resources/\${id}` }],
      observability: { prometheusJob: "order-service", logPatterns: [{ name: "PaymentDeclined" }] },
      deployment: { kubernetes: { namespace: "orders" } },
      automation: { allowedActions: [], requiresApproval: ["restart_deployment"] },
    });
  });

  test.each([
    ["the four required keys alone", head],
    ["a channel id", head.replace('"#commerce-oncall"', "C0123456789")],
    ["anchors and aliases", `${head}runbooks: [&book docs/a.md, *book]\n`],
    ["Windows line ends and a byte order mark", `\uFEFF${head.replaceAll("\n", "\r\n")}`],
  ])("%s", (_, text) => {
    expect(parseServiceYaml(text)).toMatchObject({
      errors: [],
      warnings: [],
      definition: { name: "order-service" },
    });
  });
});

const bomb = `a0: &a0 [x, x]\n${Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`).join("")}`;

// [what, text, line, key, part of the message, part of the mend]
test.each([
  ["nothing", "", 1, "", "empty", "name:"],
  ["a list", "- name: x\n", 1, "", "not a mapping", "name:"],
  ["a syntax error", `${head}description: a: b\n`, 5, "", "second key", "quotes"],
  ["tabs", `${head}deployment:\n\targocd_app: x\n`, 6, "", "Tabs", "spaces"],
  ["a key twice", `${head}team: other\n`, 5, "", "twice", "Keep one"],
  ["two documents", `${head}---\nname: other\n`, 5, "", "second document", "one document"],
  ["a file too large", `${head}description: ${"x".repeat(300_000)}\n`, 1, "", "bytes long", "256 KiB"],
  ["an alias bomb", `${head}${bomb}`, 1, "", "aliases", "Write the values out"],
  ["an anchor that holds itself", `${head}runbooks: &a [*a]\n`, 1, "", "aliases", "Write the values out"],
  ["nesting without end", "[".repeat(100_000), 1, "", "too deeply", "Nest less"],
  ["a missing key", head.replace("team: commerce\n", ""), 1, "team", "missing", "Add team: commerce."],
  [
    "a name in capitals",
    head.replace("order-service", "OrderService"),
    1,
    "name",
    "does not fit",
    "lower-case",
  ],
  ["a name of 64 characters", head.replace("order-service", "a".repeat(64)), 1, "name", "does not fit", "63"],
  [
    "a channel that YAML takes for a comment",
    head.replace('"#commerce-oncall"', "#commerce-oncall"),
    3,
    "slack_channel",
    "no value",
    "in quotes",
  ],
  [
    "a number for a text",
    head.replace("commerce-escalation", "42"),
    4,
    "pager_alias",
    "42 is a number",
    "in quotes",
  ],
  ["an unknown language", `${head}language: pyton\n`, 5, "language", "not one of", "Did you mean python?"],
  ["a list that is none", `${head}dependencies: postgres\n`, 5, "dependencies", "is a text", "Write a list"],
  [
    "a dependency of no known type",
    `${head}dependencies:\n  - name: db\n    type: databse\n`,
    7,
    "dependencies[0].type",
    "not one of",
    "Did you mean database?",
  ],
  [
    "a dependency without type",
    `${head}dependencies:\n  - name: db\n`,
    6,
    "dependencies[0].type",
    "missing",
    "Add type: internal",
  ],
  [
    "yes for true",
    `${head}dependencies:\n  - { name: db, type: database, critical: yes }\n`,
    6,
    "dependencies[0].critical",
    '"yes" is a text',
    "true or false",
  ],
  [
    "a dependency twice",
    `${head}dependencies:\n  - { name: db, type: database }\n  - { name: DB, type: database }\n`,
    7,
    "dependencies[1].name",
    "first on line 6",
    "Keep one",
  ],
  [
    "a dependency on itself",
    `${head}dependencies:\n  - { name: order-service, type: internal }\n`,
    6,
    "dependencies[0].name",
    "depends on itself",
    "Remove",
  ],
  [
    "AWS without its service",
    `${head}dependencies:\n  - { name: db, type: database, aws_hosted: true, aws_region: us-east-1 }\n`,
    6,
    "dependencies[0].aws_service",
    "missing",
    "rds",
  ],
  [
    "AWS without a region",
    `${head}dependencies:\n  - { name: q, type: aws, aws_service: sqs }\n`,
    6,
    "dependencies[0].aws_region",
    "missing",
    "us-east-1",
  ],
  [
    "a pattern that takes all ids",
    `${head}resources:\n  - { pattern: "*", type: order }\n`,
    6,
    "resources[0].pattern",
    "does not fit",
    "ord-*",
  ],
  [
    "a handler without a place for the id",
    `${head}resources:\n  - { pattern: "ord-*", type: order, handler_url: "https://a.example/x" }\n`,
    6,
    "resources[0].handler_url",
    "does not fit",
    `\${id}`,
  ],
  [
    "the id in the host",
    `${head}resources:\n  - { pattern: "ord-*", type: order, handler_url: "https://\${id}.example/" }\n`,
    6,
    "resources[0].handler_url",
    "does not fit",
    "path or query",
  ],
  [
    "a handler that is no web address",
    `${head}resources:\n  - { pattern: "ord-*", type: order, handler_url: "file:///etc/\${id}" }\n`,
    6,
    "resources[0].handler_url",
    "does not fit",
    "https",
  ],
  [
    "a log pattern that is none",
    `${head}observability:\n  log_patterns:\n    - { name: A, pattern: "(", severity: info }\n`,
    7,
    "observability.log_patterns[0].pattern",
    "not a regular expression",
    "Escape",
  ],
  [
    "an inline flag",
    `${head}observability:\n  log_patterns:\n    - { name: A, pattern: "(?i)a", severity: info }\n`,
    7,
    "observability.log_patterns[0].pattern",
    "not a regular expression",
    "Remove (?i)",
  ],
  [
    "a log pattern that can hang",
    `${head}observability:\n  log_patterns:\n    - { name: A, pattern: "(a+)+$", severity: info }\n`,
    7,
    "observability.log_patterns[0].pattern",
    "for ever",
    "one repeat",
  ],
  [
    "a character that cannot be stored",
    `${head}description: "a\\0b"\n`,
    5,
    "description",
    "cannot be stored",
    "Remove",
  ],
])("%s is an error with line, key and mend", (_, text, line, key, message, mend) => {
  const { definition, errors } = parseServiceYaml(text);
  expect(definition).toBeNull();
  expect(errors[0]).toMatchObject({ line, key });
  expect(errors[0]?.message).toContain(message);
  expect(errors[0]?.mend).toContain(mend);
});

test.each([
  ["an unknown key", `${head}slack_chanel: x\n`, 5, "slack_chanel", "Did you mean slack_channel?"],
  [
    "an unknown key deep inside",
    `${head}deployment:\n  kubernetes: { cluster: a, namespace: b, workload: c, ns: d }\n`,
    6,
    "deployment.kubernetes.ns",
    "cluster",
  ],
  ["a key from Object's prototype", `${head}constructor: x\n`, 5, "constructor", "Remove it"],
  [
    "a resource nobody can ask for",
    `${head}resources:\n  - { pattern: "ord-*", type: order }\n`,
    6,
    "resources[0].handler_url",
    "Add handler_url",
  ],
])("%s is a warning, and the file is accepted", (_, text, line, key, mend) => {
  const { definition, errors, warnings } = parseServiceYaml(text);
  expect(errors).toEqual([]);
  expect(definition?.name).toBe("order-service");
  expect(warnings).toMatchObject([{ line, key }]);
  expect(warnings[0]?.mend).toContain(mend);
});

test("all errors come at once, in the order of the file, and what is left out is counted", () => {
  const many = Array.from({ length: 150 }, (_, i) => `  - { name: d${i}, type: nothing }`).join("\n");
  const { errors } = parseServiceYaml(`${head.replace("team: commerce", "team: 7")}dependencies:\n${many}\n`);
  expect(errors).toHaveLength(101);
  expect(errors[0]?.key).toBe("team");
  expect(errors[100]?.message).toBe("51 more problems.");
});

test("the published schema is JSON Schema with its own examples valid", () => {
  const published = JSON.parse(JSON.stringify(serviceYamlSchema));
  expect(published.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  const resource = published.properties.resources.items.properties;
  for (const node of [
    published.properties.name,
    published.properties.slack_channel,
    resource.pattern,
    resource.handler_url,
  ]) {
    for (const example of node.examples) expect(checker(node).problems(example)).toEqual([]);
  }
});

test("problems are printed as compilers print them", () => {
  const text = head.replace("team: commerce", "team: 7").replace("pager_alias", "pager_alis");
  expect(renderProblems("service.yaml", parseServiceYaml(text))).toMatchInlineSnapshot(`
    "service.yaml:1:1 error: pager_alias: "pager_alias" is missing.
        Add pager_alias: commerce-escalation. What to page: an escalation policy or alias.
    service.yaml:2:1 error: team: 7 is a number.
        Write a text, in quotes, such as "commerce". The team that owns it.
    service.yaml:4:1 warning: pager_alis: Unknown key "pager_alis"; it is ignored.
        Did you mean pager_alias?
    service.yaml: not valid, 2 errors, 1 warning
    "
  `);
  expect(renderProblems("service.yaml", parseServiceYaml(full))).toBe(
    "service.yaml: order-service (team commerce) is valid\n",
  );
});
