import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

/** A workspace of one package that needs two others, one of them through the other; `pnpm` is a script of the test's. */
let root: string;
const modules = (...path: string[]): string => join(root, "node_modules", ...path);
const stamp = (): string => modules(".oncall-installed");

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "oncall-setup-"));
  cpSync(new URL("../scripts", import.meta.url), join(root, "scripts"), { recursive: true });
  write("start.mjs", 'import { setUp } from "./scripts/setup.mjs";\nsetUp();\nconsole.log("started");\n');
  write("package.json", JSON.stringify({ name: "practice", devDependencies: { typescript: "7" } }));
  write("pnpm-lock.yaml", "lockfileVersion: 9\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const WHOLE = [
  "mkdir -p node_modules/.pnpm node_modules/typescript/bin node_modules/deep",
  'echo \'{"name":"typescript","dependencies":{"deep":"1"}}\' > node_modules/typescript/package.json',
  "echo '' > node_modules/typescript/bin/tsc",
  'echo \'{"name":"deep"}\' > node_modules/deep/package.json',
  "touch node_modules/.pnpm/lock.yaml",
];
/** As it was seen: cut off by a closed pipe, and ended as if all were well. */
const TORN = [...WHOLE, "rm node_modules/deep/package.json"];
/** As it was seen too: what it had recorded as installed is not looked at again. */
const BELIEVING = ["[ -e node_modules/.pnpm/lock.yaml ] && exit 0", ...WHOLE];

function start(...install: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const script = [
    "#!/bin/sh",
    '[ "$1" = --version ] && echo 10.34.9 && exit 0',
    "echo run >> installs",
    ...install,
  ];
  write("bin/pnpm", script.join("\n"));
  chmodSync(join(root, "bin/pnpm"), 0o755);
  const env = { ...process.env, PATH: `${join(root, "bin")}${delimiter}${process.env.PATH}` };
  return spawnSync(process.execPath, ["start.mjs"], { cwd: root, encoding: "utf8", env });
}

function installs(): number {
  return existsSync(join(root, "installs"))
    ? readFileSync(join(root, "installs"), "utf8").split("\n").length - 1
    : 0;
}

test("what is installed whole is not installed again", () => {
  expect(start(...WHOLE)).toMatchObject({ status: 0, stdout: "started\n" });
  expect(start(...WHOLE)).toMatchObject({ status: 0, stderr: "" });
  expect(installs()).toBe(1);
  write("pnpm-lock.yaml", "lockfileVersion: 9\n# another\n");
  expect(start(...WHOLE).status).toBe(0);
  expect(installs()).toBe(2);
});

test("an installation that ends well and is not whole is tried again, then said, and never taken for one", () => {
  const torn = start(...TORN);
  expect(torn).toMatchObject({ status: 1, stdout: "" });
  expect(torn.stderr).toContain("not whole: deep, which typescript needs, is not there. Remove node_modules");
  expect(installs()).toBe(2);
  expect(existsSync(stamp())).toBe(false);
  expect(start(...WHOLE)).toMatchObject({ status: 0, stdout: "started\n" });
});

test("one that fails leaves no word of an earlier one behind", () => {
  start(...WHOLE);
  write("pnpm-lock.yaml", "lockfileVersion: 9\n# another\n");
  expect(start("exit 7")).toMatchObject({ status: 7, stdout: "" });
  expect(existsSync(stamp())).toBe(false);
});

test.each([
  ["what the workspace names", () => rmSync(modules("typescript"), { recursive: true })],
  [
    "what only another package needs, removed by another installer",
    () => {
      rmSync(modules("deep"), { recursive: true });
      // The stamp is older than what that installer left.
      utimesSync(stamp(), 1, 1);
    },
  ],
])("a package that went missing since is mended at the next start: %s", (_, breaks) => {
  start(...WHOLE);
  breaks();
  const mended = start(...BELIEVING);
  expect(mended).toMatchObject({ status: 0, stdout: "started\n" });
  expect(mended.stderr).toContain("The installation is broken:");
  expect(installs()).toBe(3);
  expect(start(...BELIEVING)).toMatchObject({ status: 0, stderr: "" });
});
