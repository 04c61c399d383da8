import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError, checker, findingCodes } from "@oncall/core";
import { parse } from "yaml";
import { scenarioSchema } from "./scenario-schema.ts";
import type { AcmeData, Company, Scenario, ServiceData, Workload } from "./types.ts";

const acmeFolder = fileURLToPath(new URL("../../acme/", import.meta.url));
const scenariosFolder = fileURLToPath(new URL("../../scenarios/", import.meta.url));
const scenarioChecker = checker(scenarioSchema);

/** Acme as it is every day: the company, and each service's repository and behaviour. */
export function loadAcme(): AcmeData {
  const servicesFolder = join(acmeFolder, "services");
  const company = readYaml(join(acmeFolder, "company.yaml")) as Company;
  return {
    company,
    services: foldersOf(servicesFolder).map((name) => loadService(join(servicesFolder, name), company)),
  };
}

/** The folders under `scenarios/`, in order. */
export function scenarioNames(): string[] {
  return foldersOf(scenariosFolder);
}

/** A scenario, checked against its schema and against Acme; throws invalid_input with every problem. */
export function loadScenario(name: string): Scenario {
  if (!scenarioNames().includes(name)) {
    throw new AppError("not_found", `No scenario "${name}"; there are ${scenarioNames().join(", ")}.`);
  }
  return parseScenario(name, readYaml(join(scenariosFolder, name, "scenario.yaml")));
}

/** As loadScenario, of data that is already at hand. */
export function parseScenario(name: string, data: unknown): Scenario {
  scenarioChecker.parse(data, `scenario ${name}`);
  const empty = {
    effects: [],
    changes: [],
    crashes: [],
    logs: [],
    aws_events: [],
    resources: {},
    status_pages: {},
  };
  const scenario = { ...empty, ...(data as Omit<Scenario, "name">), name };
  const problems = unknownNames(scenario, loadAcme());
  if (problems.length > 0) throw new AppError("invalid_input", `scenario ${name}: ${problems.join("; ")}.`);
  return scenario;
}

function unknownNames(scenario: Scenario, acme: AcmeData): string[] {
  const services = acme.services.map((service) => service.name);
  const nodes = [...services, ...acme.company.dependencies.map((dependency) => dependency.name)];
  const unknown = (what: string, used: readonly string[], known: readonly string[]) =>
    used.filter((name) => !known.includes(name)).map((name) => `${what} "${name}" does not exist in Acme`);
  const { truth, alert } = scenario;
  return [
    ...unknown(
      "effect target",
      scenario.effects.map((effect) => effect.on),
      nodes,
    ),
    ...unknown(
      "service",
      [...scenario.logs, ...scenario.crashes].map((entry) => entry.service),
      services,
    ),
    ...unknown("resource owner", Object.keys(scenario.resources), services),
    ...unknown(
      "repository",
      scenario.changes.map((change) => change.repository),
      acme.services.map((service) => service.repository),
    ),
    ...unknown(
      "author",
      scenario.changes.map((change) => change.author),
      acme.company.people.map((p) => p.login),
    ),
    ...unknown(
      "channel",
      [alert.channel],
      acme.company.channels.map((channel) => `#${channel.name}`),
    ),
    ...(truth.code !== null && !(truth.code in findingCodes)
      ? [`truth.code "${truth.code}" is no finding code`]
      : []),
    ...(truth.healthy === (truth.service === null)
      ? []
      : ["truth.service must be null exactly when healthy"]),
  ];
}

function loadService(folder: string, company: Company): ServiceData {
  const files = readFiles(join(folder, "repository"));
  const declared = parse(files["service.yaml"] ?? "") as {
    name: string;
    language: string;
    observability: { opensearch_index: string };
    deployment: { kubernetes: { namespace: string } };
  };
  return {
    name: declared.name,
    repository: `${company.organisation}/${declared.name}`,
    language: declared.language,
    namespace: declared.deployment.kubernetes.namespace,
    indexPrefix: declared.observability.opensearch_index.replace(/\*$/, ""),
    files,
    workload: readYaml(join(folder, "workload.yaml")) as Workload,
  };
}

function readFiles(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [relative(root, path), readFileSync(path, "utf8")]));
}

function readYaml(path: string): unknown {
  return parse(readFileSync(path, "utf8"));
}

function foldersOf(path: string): string[] {
  const folders = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map((entry) => entry.name).sort();
}
