import { timeOf } from "./age.ts";
import { scalarOrText } from "./scalar.ts";
import { bodyOf, field, pairsOf, type Section, sectionsOf } from "./sections.ts";
import { cell, rowsOf } from "./table.ts";

/** Spec and status of a pod, as `kubectl describe pod` tells them. */
export function describedPod(sections: readonly Section[]): { spec: object; status: object } {
  const containers = containersIn(sections, "Containers");
  const inits = containersIn(sections, "Init Containers");
  const [node = ""] = field(sections, "Node").split("/");
  const [phase = ""] = field(sections, "Status").split(" ");
  return {
    spec: {
      nodeName: node,
      containers: containers.map(({ spec }) => spec),
      initContainers: inits.map(({ spec }) => spec),
      volumes: sectionsOf(bodyOf(sections, "Volumes")).map(volume),
      nodeSelector: pairsOf(sections, "Node-Selectors"),
    },
    status: {
      phase: phase === "Terminating" ? "Running" : phase,
      reason: field(sections, "Reason"),
      message: field(sections, "Message"),
      startTime: timeOf(field(sections, "Start Time")),
      conditions: conditionsIn(sections),
      containerStatuses: containers.map(({ status }) => status).filter((status) => status !== undefined),
      initContainerStatuses: inits.map(({ status }) => status).filter((status) => status !== undefined),
    },
  };
}

export function conditionsIn(sections: readonly Section[]): object[] {
  return rowsOf(bodyOf(sections, "Conditions")).map((row) => ({
    type: cell(row, "Type"),
    status: cell(row, "Status"),
    reason: cell(row, "Reason"),
    message: cell(row, "Message"),
    lastTransitionTime: timeOf(cell(row, "LastTransitionTime")),
  }));
}

function containersIn(sections: readonly Section[], key: string) {
  return sectionsOf(bodyOf(sections, key)).map(({ key: name, body }) => {
    const told = sectionsOf(body);
    const state = stateOf(told, "State");
    return {
      spec: {
        name,
        image: field(told, "Image"),
        command: wordsOf(told, "Command"),
        args: wordsOf(told, "Args"),
        resources: { limits: pairsOf(told, "Limits"), requests: pairsOf(told, "Requests") },
        ...probe(told, "Liveness", "livenessProbe"),
        ...probe(told, "Readiness", "readinessProbe"),
        ...probe(told, "Startup", "startupProbe"),
      },
      // A pod that no node has taken yet has no states.
      status:
        state === undefined
          ? undefined
          : {
              name,
              image: field(told, "Image"),
              ready: field(told, "Ready") === "True",
              restartCount: Number(field(told, "Restart Count")) || 0,
              state,
              lastState: stateOf(told, "Last State") ?? {},
            },
    };
  });
}

function stateOf(sections: readonly Section[], key: string): object | undefined {
  const state = field(sections, key);
  const told = sectionsOf(bodyOf(sections, key));
  if (state === "Running") return { running: { startedAt: timeOf(field(told, "Started")) } };
  const why = { reason: field(told, "Reason"), message: messageOf(told) };
  if (state === "Waiting") return { waiting: why };
  if (state !== "Terminated") return undefined;
  return {
    terminated: {
      ...why,
      exitCode: Number(field(told, "Exit Code")),
      startedAt: timeOf(field(told, "Started")),
      finishedAt: timeOf(field(told, "Finished")),
    },
  };
}

/** A termination message may hold lines of its own. */
function messageOf(sections: readonly Section[]): string {
  return [field(sections, "Message"), ...bodyOf(sections, "Message")].join("\n").trim();
}

function wordsOf(sections: readonly Section[], key: string): string[] {
  return [field(sections, key), ...bodyOf(sections, key)]
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** `http-get http://:8080/healthz delay=0s timeout=1s period=10s #success=1 #failure=3`. */
function probe(sections: readonly Section[], key: string, name: string): object {
  const words = field(sections, key);
  if (words === "") return {};
  const number = (what: string) => Number(new RegExp(`${what}=(\\d+)`).exec(words)?.[1] ?? Number.NaN);
  const [, port = "", path = ""] = /^http-get \S*?:(\w+)(\/\S*)?/.exec(words) ?? [];
  const [, socket = ""] = /^tcp-socket \S*?:(\w+)/.exec(words) ?? [];
  return {
    [name]: {
      ...(port === "" ? {} : { httpGet: { port: scalarOrText(port), path } }),
      ...(socket === "" ? {} : { tcpSocket: { port: scalarOrText(socket) } }),
      ...(words.startsWith("exec ") ? { exec: { command: [words.slice(5)] } } : {}),
      initialDelaySeconds: number("delay"),
      timeoutSeconds: number("timeout"),
      periodSeconds: number("period"),
      failureThreshold: number("#failure"),
    },
  };
}

function volume({ key: name, body }: Section): object {
  const told = sectionsOf(body);
  const [type = ""] = field(told, "Type").split(" ");
  if (type === "PersistentVolumeClaim")
    return { name, persistentVolumeClaim: { claimName: field(told, "ClaimName") } };
  if (type === "ConfigMap") return { name, configMap: { name: field(told, "Name") } };
  if (type === "Secret") return { name, secret: { secretName: field(told, "SecretName") } };
  return { name };
}
