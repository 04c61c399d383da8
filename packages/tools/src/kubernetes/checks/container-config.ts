import type { FindingCode } from "@oncall/core";
import { type Container, livingContainersOf, named } from "./containers.ts";
import type { Check } from "./finding.ts";
import { quote, saying } from "./words.ts";

const REASONS = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "PreCreateHookError",
  "PreStartHookError",
  "PostStartHookError",
  "CreatePodSandboxError",
  "ContainerCannotRun",
  "RunContainerError",
  "StartError",
]);
const CRASHES = new Set(["RunContainerError", "StartError", "ContainerCannotRun"]);
const MISSING =
  /(configmap|secret) "?([^"\s]+)"? not found|couldn't find key (\S+) in (ConfigMap|Secret) (\S+)/i;

/** Containers that cannot be created: a ConfigMap, Secret or key is missing, or what the image does is not allowed. */
export const containerConfig: Check = {
  kinds: ["Pod"],
  check: (pod) =>
    livingContainersOf(pod).flatMap((container) => {
      const { reason = "", message = "" } = container.waiting ?? {};
      // One that has ended before is the crash check's.
      if (!REASONS.has(reason) || (CRASHES.has(reason) && container.last !== undefined)) return [];
      const asRoot = /runAsNonRoot|run as root|non-root policy|non-numeric user/.test(message);
      return [
        {
          code: asRoot ? ("k8s.run_as_root" as const) : codeOf(message),
          severity: "critical" as const,
          confidence: 0.95,
          at: pod,
          container: container.name,
          since: pod.createdAt,
          summary: summaryOf(container, reason, message),
          evidence: [container.evidence],
        },
      ];
    }),
};

function codeOf(message: string): FindingCode {
  if (MISSING.test(message)) return "k8s.config_error";
  if (/subPath|volume/i.test(message)) return "k8s.volume_mount";
  return /no command specified|executable file not found|no such file/.test(message)
    ? "k8s.command_not_found"
    : "k8s.create_failed";
}

function summaryOf(container: Container, reason: string, message: string): string {
  const [, kind, name, key, holder, of] = MISSING.exec(message) ?? [];
  const who = `${named(container)} cannot be created (${reason})`;
  if (key !== undefined)
    return `${capital(who)}: key ${key} is not in ${holder} ${of}; the ${holder} itself is there. ${quote(message)}`;
  if (name !== undefined)
    return `${capital(who)}: ${/secret/i.test(kind ?? "") ? "Secret" : "ConfigMap"} ${name} does not exist. ${quote(message)}`;
  return `${capital(who)}${saying(message)}`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
