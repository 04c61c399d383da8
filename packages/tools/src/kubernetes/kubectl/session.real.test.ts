import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Sandbox, scenarioNames, startSandbox } from "@oncall/sandbox";
import { expect, test } from "vitest";
import { checkObjects } from "../checks/index.ts";
import { readKubectl } from "./session.ts";

const run = promisify(execFile);
const KINDS = "pods,deployments,replicasets,nodes";
const TIMEOUT_MS = 60_000;

/** What the real kubectl prints of a scenario's cluster. */
async function kubectl({ kubeconfig }: Sandbox, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run("kubectl", [`--kubeconfig=${kubeconfig}`, ...args], {
    maxBuffer: 512 * 1024 ** 2,
    timeout: TIMEOUT_MS,
  });
  return stdout;
}

/** Failures as `code Kind/name`. */
function failures(objects: readonly unknown[], now: Date): string[] {
  // Of a terminal's text nobody knows whether it holds all objects of a kind.
  return checkObjects(objects, { now, whole: new Set() })
    .findings.filter(({ severity }) => severity !== "info")
    .map(({ code, subject }) => `${code} ${subject.kind}/${subject.name}`);
}

test.each(scenarioNames())(
  "%s: kubectl's text shows the failures that its JSON shows",
  async (scenario) => {
    const sandbox = await startSandbox({
      scenario,
      slackSigningSecret: "slack",
      githubWebhookSecret: "github",
    });
    try {
      const now = new Date();
      const json: unknown = JSON.parse(await kubectl(sandbox, "get", `${KINDS},events`, "-A", "-o", "json"));
      const tables = await kubectl(sandbox, "get", KINDS, "-A", "-o", "wide");
      const described = await kubectl(sandbox, "describe", KINDS, "-A");
      const text = readKubectl(
        `$ kubectl get ${KINDS} -A -o wide\n${tables}\n$ kubectl describe ${KINDS} -A\n${described}`,
      );
      expect(text.notes).toEqual([]);
      expect(failures(text.objects(now), now)).toEqual(failures([json], now));
    } finally {
      await sandbox.close();
    }
  },
  2 * TIMEOUT_MS,
);
