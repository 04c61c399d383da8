import { polarityOf, saysFailure, saysStopped } from "./health-words.ts";
import { dig, list, text, time } from "./raw.ts";
import type { Resource } from "./resource.ts";

/** What an object says of itself in its status. */
export interface Reported {
  /** `Stalled (RetriesExceeded)`, `phase Failed`. */
  readonly state: string;
  readonly message: string;
  readonly since: number | undefined;
  /** Where in the object it stands. */
  readonly path: readonly (string | number)[];
  /** Only what is not yet as it should be; the others say that something failed. */
  readonly waits: boolean;
}

const STATE_KEY = /^(phase|state|health|status|robustness|\w*(State|Status|Phase|Health))$/;
/** What was once; `lastObservedState` is the present one. */
const PAST_KEY = /^(last(?!Observed)|prev|old|history)/i;
const ERROR_KEYS = ["failureMessage", "failureReason", "errorMessage", "error", "attachError", "detachError"];
const MESSAGE_KEYS = [
  "message",
  "failureMessage",
  "errorMessage",
  "reason",
  "failureReason",
  "description",
  "statusMessage",
];

/** The worst that an object's status reports by the common conventions; undefined where it reports no trouble. */
export function reportedBy(object: Resource): Reported | undefined {
  const all = [...conditions(object), ...states(object), ...errors(object), ...validation(object)];
  return all.find(({ waits }) => !waits) ?? all[0];
}

/** Whether somebody told its controller to leave it alone or to stop it. */
export function isSuspended({ raw }: Resource): boolean {
  const spec = dig(raw, "spec");
  const annotations = Object.entries((dig(raw, "metadata", "annotations") ?? {}) as object);
  return (
    ["suspend", "suspended", "paused", "pause"].some((key) => dig(spec, key) === true) ||
    dig(spec, "running") === false ||
    text(spec, "runStrategy") === "Halted" ||
    annotations.some(
      ([key, value]) => /\/[\w-]*(paused?|suspend(ed)?)$/.test(key) && String(value) === "true",
    ) ||
    ["phase", "state"].some((key) =>
      /^(paused|suspended|stopped|hibernated)$/i.test(text(raw, "status", key)),
    ) ||
    list(raw, "status", "conditions").some(
      (entry) => /^(Paused|Suspended)$/.test(text(entry, "type")) && text(entry, "status") === "True",
    )
  );
}

function conditions({ raw }: Resource): Reported[] {
  return list(raw, "status", "conditions").flatMap((entry, index): Reported[] => {
    const [type, status, reason] = [text(entry, "type"), text(entry, "status"), text(entry, "reason")];
    const polarity = polarityOf(type);
    const failed = saysFailure(reason);
    const isBad =
      polarity === "bad"
        ? // Argo CD's applications list their errors without a status.
          status === "True" || status === "" || (status === "Unknown" && failed)
        : (status !== "True" && failed) || saysFailure(status);
    const waits = !isBad && polarity === "good" && status === "False";
    if ((!isBad && !waits) || saysStopped(reason)) return [];
    return [
      {
        state: `${type}${status === "" ? "" : `=${status}`}${reason === "" ? "" : ` (${reason})`}`,
        message: text(entry, "message"),
        since: time(entry, "lastTransitionTime"),
        path: ["status", "conditions", index],
        waits,
      },
    ];
  });
}

/** `status.phase`, `status.health.status`, `status.jobStatus.state` and their like. */
function states({ raw }: Resource): Reported[] {
  const found: Reported[] = [];
  const look = (holder: unknown, path: readonly string[]): void => {
    if (typeof holder !== "object" || holder === null || Array.isArray(holder)) return;
    for (const [key, value] of Object.entries(holder)) {
      if (PAST_KEY.test(key)) continue;
      if (path.length < 2) look(value, [...path, key]);
      if (typeof value !== "string" || !STATE_KEY.test(key)) continue;
      const isRed = /health/i.test(key) && value.toLowerCase() === "red";
      if (!isRed && !saysFailure(value)) continue;
      found.push({
        state: `${key} ${value}`,
        message: messageIn(holder) || messageIn(dig(raw, "status")),
        since: undefined,
        path: [...path, key],
        waits: false,
      });
    }
  };
  look(dig(raw, "status"), ["status"]);
  return found;
}

/** An error kept in a field of its own; some controllers leave it there when all is well again. */
function errors({ raw }: Resource): Reported[] {
  const status = dig(raw, "status");
  const isWell =
    dig(status, "ready") === true ||
    dig(status, "readyToUse") === true ||
    list(status, "conditions").some(
      (entry) => text(entry, "type") === "Ready" && text(entry, "status") === "True",
    );
  if (isWell) return [];
  return ERROR_KEYS.flatMap((key): Reported[] => {
    const message = text(status, key) || text(status, key, "message");
    if (message === "") return [];
    const since = time(status, key, "time");
    return [{ state: key, message, since, path: ["status", key], waits: false }];
  }).slice(0, 1);
}

/** What a validating controller found wrong in the object itself (Istio's form). */
function validation({ raw }: Resource): Reported[] {
  return list(raw, "status", "validationMessages").flatMap((entry, index): Reported[] => {
    if (text(entry, "level").toUpperCase() !== "ERROR") return [];
    const [code, name] = [text(entry, "type", "code"), text(entry, "type", "name")];
    const state = `rejected in validation (${code} ${name})`.replace(" )", ")");
    return [
      {
        state,
        message: text(entry, "message") || text(entry, "documentationUrl"),
        since: undefined,
        path: ["status", "validationMessages", index],
        waits: false,
      },
    ];
  });
}

function messageIn(holder: unknown): string {
  for (const key of MESSAGE_KEYS) {
    const message = text(holder, key);
    if (message !== "") return message;
  }
  return "";
}
