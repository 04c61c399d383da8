import type { FindingCode } from "@oncall/core";
import type { Cluster } from "./cluster.ts";
import { type Container, firstEnd, livingContainersOf, named } from "./containers.ts";
import { type Crash, crashOf } from "./crash.ts";
import type { Check, Draft } from "./finding.ts";
import { type OwnWords, ownWords } from "./own-words.ts";
import { list, strings, text } from "./raw.ts";
import type { Resource } from "./resource.ts";
import { plural, quote } from "./words.ts";

const CANNOT_START =
  /executable file not found|no such file or directory|exec format error|exec: ".*": permission denied|is a directory|StartError/;

/** Containers that keep ending: killed for memory, never started, done too early, or crashed, with their own last words. */
export const crashLoop: Check = {
  kinds: ["Pod"],
  check: (pod, cluster) =>
    livingContainersOf(pod).flatMap((container) => {
      const crash = crashOf(container, cluster);
      return crash === undefined ? [] : toDraft(container, crash, cluster);
    }),
};

function toDraft(container: Container, crash: Crash, cluster: Cluster): readonly Draft[] {
  const { ending } = crash;
  if (ending.reason === "OOMKilled" || crash.killedByProbe) return [];
  const base = {
    at: container.pod,
    container: container.name,
    since: firstEnd(container, cluster),
    evidence: [container.evidence, ending.evidence],
    weight: container.restarts,
    severity: "critical" as const,
  };
  const message = ending.message || container.waiting?.message || "";
  const looping = container.waiting?.reason === "CrashLoopBackOff" ? "CrashLoopBackOff, " : "";
  const how = `${looping}${ending.reason || "no reason given"}`;
  const times = container.restarts > 0 ? `, ${plural(container.restarts, "restart")} so far` : "";
  if (
    (ending.reason === "StartError" || ending.exitCode === 128 || ending.exitCode === 127) &&
    CANNOT_START.test(message)
  ) {
    const summary = `${cap(named(container))} cannot start its command (${how}${times}): ${quote(afterExec(message))}`;
    return [{ ...base, code: "k8s.command_not_found", confidence: 0.95, summary }];
  }
  if (ending.exitCode === 0 && !container.init) {
    const summary =
      `${cap(named(container))} finishes by itself with exit code 0 (${ending.reason || "Completed"})${times}; ` +
      `it is meant to keep running, so it is started again and again (CrashLoopBackOff).`;
    return [{ ...base, code: "k8s.exits_zero", confidence: 0.9, summary }];
  }
  const words = ownWords(cluster.logsOf(container.pod, container.name));
  const shell = ending.exitCode === 127 || ending.exitCode === 126;
  const said =
    words.lines.length > 0 ? ` It wrote: ${words.lines.map((line) => `"${line}"`).join(" ")}.` : "";
  const code: FindingCode = codeOf(container, words, shell);
  const config = code === "app.config_invalid" || code === "app.config_missing" ? configOf(container) : "";
  const summary =
    `${cap(named(container))} keeps crashing${ending.exitCode === undefined ? "" : `: it exited with code ${ending.exitCode}`} ` +
    `(${how})${times}.${ending.message === "" ? "" : ` ${quote(ending.message)}`}${said}${config}`;
  const dns = code === "network.dns" ? clusterDns(cluster) : [];
  return [{ ...base, code, confidence: words.code === null ? 0.8 : 0.85, summary, causes: dns }];
}

/** 126 and 127 are a shell's word for a command that is not executable or not there. */
function codeOf(container: Container, words: OwnWords, shell: boolean): FindingCode {
  if (
    shell &&
    words.lines.some((line) => /not found|permission denied|exec format error|no such file/i.test(line))
  ) {
    return "k8s.command_not_found";
  }
  return container.init ? "k8s.init_failing" : (words.code ?? "k8s.crash_loop");
}

/** Where the container has its settings from: what to look at when it rejects them. */
function configOf(container: Container): string {
  const mounted = new Set(list(container.spec, "volumeMounts").map((mount) => text(mount, "name")));
  const names = [
    ...list(container.pod.raw, "spec", "volumes")
      .filter((volume) => mounted.has(text(volume, "name")))
      .flatMap((volume) => [
        ref("ConfigMap", text(volume, "configMap", "name")),
        ref("Secret", text(volume, "secret", "secretName")),
      ]),
    ...list(container.spec, "envFrom").flatMap((from) => [
      ref("ConfigMap", text(from, "configMapRef", "name")),
      ref("Secret", text(from, "secretRef", "name")),
    ]),
  ].filter((name) => name !== "");
  return names.length === 0 ? "" : ` It is configured by ${[...new Set(names)].slice(0, 4).join(", ")}.`;
}

function ref(kind: string, name: string): string {
  return name === "" ? "" : `${kind} ${name}`;
}

/** The cluster's own DNS, whose trouble explains names that do not resolve. */
function clusterDns(cluster: Cluster): readonly Resource[] {
  return cluster.podsWith("kube-system", strings({ "k8s-app": "kube-dns" }));
}

/** The runtime prefixes its error with every layer it passed; what matters begins at `exec`. */
function afterExec(message: string): string {
  const at = message.indexOf("exec:");
  return at < 0 ? message : message.slice(at);
}

function cap(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
