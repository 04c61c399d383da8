// `npm test`: the whole suite on a bare machine. Sets up what is missing, runs Vitest and ends with one line of
// counts. `--real` also runs what needs real servers (`*.real.test.ts`).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, setUp } from "./setup.mjs";

/** Runs the suite and answers its exit code and counts. `config` is a Vitest configuration file of the root. */
export function runSuite({ config, args = [], env = process.env }) {
  const folder = mkdtempSync(join(tmpdir(), "oncall-test-"));
  const report = join(folder, "report.json");
  try {
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const { status } = spawnSync(
      process.execPath,
      [
        vitest,
        "run",
        "--config",
        config,
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${report}`,
        ...args,
      ],
      { cwd: root, stdio: "inherit", env },
    );
    return { code: status ?? 1, counts: counts(report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A suite that broke before its tests ran counts as one failure, so that the line never looks green. */
function counts(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites, success } =
      JSON.parse(readFileSync(report, "utf8"));
    const failed = numFailedTests > 0 || success ? numFailedTests : Math.max(1, numFailedTestSuites);
    return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Variables that would point the suite at somebody's servers: a bare run must not need or touch them. */
const foreign = [
  "DATABASE_URL",
  "REDIS_URL",
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_BASE_URL",
  "ONCALL_URL",
  "ONCALL_TOKEN",
  "SLACK_BOT_TOKEN",
  "GITHUB_TOKEN",
];

// Imported by test-real.mjs too, which runs the suite its own way.
if (process.argv[1] === import.meta.filename) {
  setUp();
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.includes(name)));
  const { code, counts: found } = runSuite({ config: "vitest.config.ts", args: process.argv.slice(2), env });
  console.log(closingLine(found));
  process.exit(code);
}
