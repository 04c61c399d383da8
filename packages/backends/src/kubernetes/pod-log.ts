import { dnsName } from "./names.ts";
import type { Reader } from "./reader.ts";
import type { ContainerLog, PodLogQuery } from "./types.ts";

const MAX_TAIL_LINES = 2_000;
const MAX_BYTES = 1024 * 1024;
const MAX_ATTEMPTS = 4;

/** What the API says (400) where there is no log yet, or no longer. */
const nothingThere = /^previous terminated container .* not found$|is waiting to start/;
/** What the kubelet writes as the only line (200) of a container whose files are gone. */
const filesGone = /^(unable to retrieve container logs|failed to try resolving symlinks)\b/i;

/**
 * The end of one container's log. `limitBytes` keeps the oldest of the asked lines, so when the limit is met,
 * fewer lines are asked for, until the newest ones fit.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod
 */
export async function readPodLog(reader: Reader, query: PodLogQuery): Promise<ContainerLog> {
  const { container, previous } = query;
  const path = `api/v1/namespaces/${dnsName(query.namespace)}/pods/${dnsName(query.pod)}/log`;
  let tailLines = Math.max(1, Math.min(Math.trunc(query.tailLines), MAX_TAIL_LINES));
  for (let attempt = 1; ; attempt++) {
    const answer = await reader.text(
      path,
      {
        container: container === undefined ? undefined : dnsName(container),
        previous: String(previous),
        tailLines: String(tailLines),
        timestamps: "true",
        limitBytes: String(MAX_BYTES),
        sinceTime: query.since?.toISOString(),
      },
      nothingThere,
    );
    const log = { container: container ?? "", previous };
    if ("missing" in answer) return { ...log, lines: [], missing: answer.missing };
    const lines = answer.text.split("\n").filter((line) => line.trim() !== "");
    const [only = ""] = lines;
    if (lines.length === 1 && filesGone.test(only)) return { ...log, lines: [], missing: only.trim() };
    const cut = Buffer.byteLength(answer.text) >= MAX_BYTES;
    if (!cut || tailLines === 1 || attempt === MAX_ATTEMPTS) {
      return { ...log, lines: lines.map(lineOf), missing: null };
    }
    tailLines = Math.max(1, Math.floor(Math.min(tailLines, lines.length) / 3));
  }
}

/** RFC 3339 with nanoseconds, then the line as the container wrote it. */
function lineOf(line: string): { at: string | null; text: string } {
  const stamped = /^(\d{4}-\d\d-\d\dT\S+) ?(.*)$/.exec(line.replace(/\r$/, ""));
  const [, at = "", text = ""] = stamped ?? [];
  return Number.isNaN(Date.parse(at)) ? { at: null, text: line } : { at, text };
}
