import {
  type ContainerLog,
  KUBERNETES_LIMITS,
  type KubernetesBackend,
  type Pod,
  type WorkloadRef,
} from "@oncall/backends";
import type { Catalog } from "@oncall/catalog";
import { AppError, toAppError } from "@oncall/core";
import { Type } from "typebox";
import { boundReached, omittedOf } from "../bounds.ts";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { excerptsOf } from "../logs/excerpts.ts";
import { type Output, tellingOutputs } from "../logs/telling-containers.ts";
import { PodLogs } from "../outputs/index.ts";
import { KubernetesName, PodPlace } from "./inputs.ts";

const DEFAULT_TAIL = 1_000;
/** What all excerpts may take together: the registry would cut a longer answer at its end, where logs tell most. */
const MAX_CHARACTERS = 14_000;

export const getPodLogs = defineReadTool({
  name: "get_pod_logs",
  description:
    "Logs straight from a service's most telling pods (crashing or restarted first), the run before a crash included: the lines around errors and the end, stack traces whole, known failures named.",
  uses: ["kubernetes", "catalog"],
  input: Type.Object(
    {
      ...PodPlace,
      pod: KubernetesName("Pod name; needed without service"),
      container: KubernetesName("Only this container"),
      tail: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 2_000, description: "Last lines to read; default 1000" }),
      ),
    },
    { additionalProperties: false },
  ),
  output: PodLogs,
  async run(input, { kubernetes, catalog }, { signal }) {
    const where = await whereOf(input, catalog);
    if ("missing" in where) return noData(where.missing);
    const { service, cluster, namespace } = where;
    const { outputs, leftOut, podsRead } = await chosenOutputs(where, input, kubernetes, signal);
    const searched = `${where.ref?.workload ?? input.pod ?? ""} in ${cluster}/${namespace}, last ${input.tail ?? DEFAULT_TAIL} lines of each container`;
    if (outputs.length === 0) {
      return noData(
        `${searched}: no ${input.container === undefined ? "" : `container "${input.container}" in its `}pods`,
      );
    }
    const logs = await Promise.all(
      outputs.map(async (output) => ({
        output,
        log: await readLog(output, where, input, kubernetes, signal),
      })),
    );
    const share = Math.floor(
      MAX_CHARACTERS / Math.max(1, logs.filter(({ log }) => log.lines.length > 0).length),
    );
    const rows = logs.map(({ output, log }) => ({ output, log, told: excerptsOf(log.lines, share) }));
    if (rows.every(({ log }) => log.missing !== null && log.lines.length === 0)) {
      const reasons = rows.map(({ output, log }) => `${output.pod}: ${log.missing}`);
      return noData(`${searched}: ${[...new Set(reasons)].join("; ")}`);
    }
    return ok(
      {
        service,
        cluster,
        namespace,
        logs: rows.map(({ output, log, told }) => ({
          pod: output.pod,
          container: output.container ?? log.container,
          previous: output.previous,
          state: output.state,
          lines_read: log.lines.length,
          missing: log.missing,
          failures: told.failures.map(({ failure: { name, code, meaning }, count }) => ({
            name,
            code,
            count,
            meaning,
          })),
          root_exceptions: told.rootExceptions,
          excerpts: told.excerpts,
        })),
      },
      {
        searched,
        summary: summaryOf(rows),
        omitted: omittedOf([
          ...omittedFrom(rows, leftOut, input.tail ?? DEFAULT_TAIL),
          ...boundReached("first", "pods", podsRead, KUBERNETES_LIMITS.pods),
        ]),
      },
    );
  },
});

interface Input {
  readonly service?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly tail?: number;
}

interface Where {
  readonly service: string | null;
  readonly cluster: string;
  readonly namespace: string;
  /** The workload whose pods are looked at; null when only a pod's name is known. */
  readonly ref: WorkloadRef | null;
}

async function whereOf(input: Input, catalog: Catalog): Promise<Where | { missing: string }> {
  const { service, cluster, namespace, pod } = input;
  if (service !== undefined) {
    const entry = await catalog.get(service);
    const ref = entry.deployment.kubernetes;
    if (ref === undefined) {
      return { missing: `service.yaml of ${entry.name}, which gives no deployment.kubernetes` };
    }
    return { service: entry.name, cluster: ref.cluster, namespace: ref.namespace, ref };
  }
  if (cluster === undefined || namespace === undefined || pod === undefined) {
    throw new AppError("invalid_input", "Give either service, or cluster, namespace and pod together.");
  }
  const owner = (await catalog.all()).find(
    ({ deployment: { kubernetes: at } }) =>
      at?.cluster === cluster && at.namespace === namespace && pod.startsWith(`${at.workload}-`),
  );
  return {
    service: owner?.name ?? null,
    cluster,
    namespace,
    ref: owner?.deployment.kubernetes ?? null,
  };
}

async function chosenOutputs(
  { ref }: Where,
  { pod, container }: Input,
  kubernetes: KubernetesBackend,
  signal: AbortSignal,
): Promise<{ outputs: readonly Output[]; leftOut: number; podsRead: number }> {
  const workload = ref === null ? null : await kubernetes.workload(ref, signal);
  const pods: readonly Pod[] =
    ref === null || workload === null ? [] : await kubernetes.podsOf(ref, workload, signal);
  const podsRead = pods.length;
  if (pod === undefined) return { ...tellingOutputs(pods, container), podsRead };
  const named = pods.filter(({ metadata }) => metadata.name === pod);
  if (named.length > 0) return { ...tellingOutputs(named, container), podsRead: 1 };
  // A pod of no workload that we know: what it runs is not known either, so both runs are asked for.
  const state = "not known: the pod is of no workload in the catalog";
  return {
    outputs: [true, false].map((previous) => ({ pod, container, previous, state })),
    leftOut: 0,
    podsRead: 1,
  };
}

/** One output that cannot be read leaves the others; a pod that is not there is an error when it was asked for. */
async function readLog(
  { pod, container, previous }: Output,
  { cluster, namespace }: Where,
  input: Input,
  kubernetes: KubernetesBackend,
  signal: AbortSignal,
): Promise<ContainerLog> {
  try {
    const query = { cluster, namespace, pod, container, previous, tailLines: input.tail ?? DEFAULT_TAIL };
    return await kubernetes.podLog(query, signal);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === "bug" || (input.pod !== undefined && !previous)) throw error;
    return { container: container ?? "", previous, lines: [], missing: error.message };
  }
}

type Row = { output: Output; log: ContainerLog; told: ReturnType<typeof excerptsOf> };

function summaryOf(rows: readonly Row[]): string {
  const telling = rows.find(({ told }) => told.rootExceptions.length + told.failures.length > 0) ?? rows[0];
  if (telling === undefined) return "no logs";
  const { output, log, told } = telling;
  const found = told.rootExceptions[0] ?? told.failures[0]?.failure.meaning ?? "no known failure";
  return `${output.pod}${output.previous ? " (previous run)" : ""}: ${log.lines.length} lines, ${output.state}; ${found}`;
}

function omittedFrom(rows: readonly Row[], leftOut: number, tail: number): string[] {
  const skipped = rows.reduce((sum, { told }) => sum + told.skipped, 0);
  const cut = rows.filter(({ log }) => log.lines.length >= tail).length;
  return [
    ...(skipped > 0 ? [`${skipped} lines that tell less, as \`skipped\` says where.`] : []),
    ...(cut > 0
      ? [`Lines older than the last ${tail} of ${cut} output${cut === 1 ? "" : "s"} were not read.`]
      : []),
    ...(leftOut > 0 ? [`${leftOut} pods or containers that tell less.`] : []),
  ];
}
