import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError, checker, findingCodes } from "@oncall/core";
import { parse } from "yaml";
import type { Scenario, Truth } from "./scenario.ts";
import { scenarioSchema } from "./scenario-schema.ts";
import type { AcmeData, Company, ServiceData, Workload } from "./types.ts";

const acmeFolder = fileURLToPath(new URL("../../acme/", import.meta.url));
const scenariosFolder = fileURLToPath(new URL("../../scenarios/", import.meta.url));
const scenarioChecker = checker(scenarioSchema);

/** Read once: these files belong to the package and do not change while it runs. */
let acme: AcmeData | undefined;

/** Acme as it is every day: the company, and each service's repository and behaviour. */
export function loadAcme(): AcmeData {
  acme ??= readAcme();
  return acme;
}

function readAcme(): AcmeData {
  const servicesFolder = join(acmeFolder, "services");
  const company = readYaml(join(acmeFolder, "company.yaml")) as Company;
  return {
    company,
    alertRules: readYaml(join(acmeFolder, "alert-rules.yaml")) as AcmeData["alertRules"],
    services: foldersOf(servicesFolder).map((name) => loadService(join(servicesFolder, name), company)),
  };
}

/** The folders under `scenarios/`, in order. */
export function scenarioNames(): string[] {
  return foldersOf(scenariosFolder);
}

/** Each scenario's name and title, from its title line alone: to read them all takes over a second. */
export function scenarioTitles(): { name: string; title: string }[] {
  return scenarioNames().map((name) => {
    const file = readFileSync(join(scenariosFolder, name, "scenario.yaml"), "utf8");
    const line = /^title:.*$/m.exec(file)?.[0] ?? `title: ${name}`;
    return { name, title: String((parse(line) as { title: unknown }).title) };
  });
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
  const lists = [
    "effects",
    "changes",
    "crashes",
    "pod_states",
    "scales",
    "nodes",
    "events",
    "objects",
    "logs",
  ];
  const empty = Object.fromEntries([...lists, "aws_events", "alerts"].map((key) => [key, []]));
  const given = data as Omit<Scenario, "name" | "truth"> & { truth: TruthData };
  const scenario: Scenario = {
    ...empty,
    ...given,
    resources: given.resources ?? {},
    status_pages: given.status_pages ?? {},
    truth: wholeTruth(given.truth),
    name,
  };
  const problems = unknownNames(scenario, loadAcme());
  if (problems.length > 0) throw new AppError("invalid_input", `scenario ${name}: ${problems.join("; ")}.`);
  return scenario;
}

function unknownNames(scenario: Scenario, acme: AcmeData): string[] {
  const services = acme.services.map((service) => service.name);
  const nodes = [...services, ...acme.company.dependencies.map((dependency) => dependency.name)];
  const unknown = (what: string, used: readonly string[], known: readonly string[]) =>
    used.filter((name) => !known.includes(name)).map((name) => `${what} "${name}" does not exist in Acme`);
  const { truth, alert, alerts } = scenario;
  const aboutServices = [
    ...scenario.logs,
    ...scenario.crashes,
    ...scenario.pod_states,
    ...scenario.scales,
    ...scenario.events,
    ...scenario.objects,
    ...alerts.map(({ on }) => ({ service: on })),
  ];
  return [
    ...unknown(
      "effect target",
      scenario.effects.map((effect) => effect.on),
      nodes,
    ),
    ...unknown(
      "service",
      aboutServices.map((entry) => entry.service),
      services,
    ),
    ...unknown("resource owner", Object.keys(scenario.resources), services),
    ...unknown("status page", Object.keys(scenario.status_pages), Object.keys(acme.company.status_pages)),
    ...unknown(
      "alert rule",
      alerts.map((entry) => entry.rule),
      Object.keys(acme.alertRules),
    ),
    ...unknown(
      "cluster",
      scenario.nodes.map((entry) => entry.cluster),
      acme.company.clusters.map((cluster) => cluster.name),
    ),
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
      [...(alert ? [alert] : []), ...alerts].flatMap(({ channel }) => channel ?? []),
      acme.company.channels.map((channel) => `#${channel.name}`),
    ),
    ...unknown(
      "root",
      truth.roots.map((root) => root.service),
      [...nodes, ...acme.services.flatMap((service) => service.dependencies)],
    ),
    ...truth.roots
      .flatMap(({ code, or = [] }) => [code, ...or])
      .filter((code) => !(code in findingCodes))
      .map((code) => `truth.code "${code}" is no finding code`),
    ...(truth.healthy === (truth.roots.length === 0) ? [] : ["truth names a root exactly when not healthy"]),
    ...(alert || alerts.length > 0 ? [] : ["there is no alert"]),
  ];
}

type TruthData = Omit<Truth, "roots" | "service" | "code" | "healthy"> & Partial<Truth>;

/** One cause may be written as `service` and `code`, several as `roots`. */
function wholeTruth(truth: TruthData): Truth {
  const { service, code } = truth;
  const roots = truth.roots ?? (service && code ? [{ service, code }] : []);
  const [first] = roots;
  const healthy = truth.healthy ?? roots.length === 0;
  return { ...truth, service: first?.service ?? null, code: first?.code ?? null, roots, healthy };
}

function loadService(folder: string, company: Company): ServiceData {
  const files = readFiles(join(folder, "repository"));
  const declared = parse(files["service.yaml"] ?? "") as {
    name: string;
    language: string;
    dependencies?: { name: string }[];
    observability: { opensearch_index: string };
    deployment: { kubernetes: { cluster: string; namespace: string } };
  };
  return {
    name: declared.name,
    repository: `${company.organisation}/${declared.name}`,
    language: declared.language,
    cluster: declared.deployment.kubernetes.cluster,
    namespace: declared.deployment.kubernetes.namespace,
    dependencies: (declared.dependencies ?? []).map((dependency) => dependency.name),
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
