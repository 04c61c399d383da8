import { findingCodes, minutesBetween } from "@oncall/core";
import type { Finding } from "@oncall/incidents";
import type { Candidate } from "./candidates.ts";
import { isChange } from "./explain-away.ts";
import { specificityOf } from "./in-bits.ts";
import type { Circumstances } from "./judge.ts";
import type { RankedService } from "./ranking/index.ts";
import { listed, span } from "./wording.ts";

const FAULT_IN_ITSELF = 0.7;
const AFTER_MINUTES = 15;
const BEFORE_MINUTES = 180;
/** From this share of another's weight on, a node is worth naming beside it. */
const NOTABLE = 1 / 3;

// Where evidence comes from, as people call it. Times and changes have sentences of their own.
const kinds: Readonly<Record<string, string>> = {
  check_aws_health: "AWS Health",
  check_dependency_health: "its own metrics",
  check_runtime_metrics: "its runtime",
  errors: "failing requests",
  get_pod_status: "its pods",
  get_resource: "the resource",
  get_service_health: "request metrics",
  latency: "slow requests",
  query_logs: "logs",
  traffic: "missing requests",
};

/** Why this finding: what it is, when it began, what it explains, what changed before it, what may lie behind it unseen. */
export function whyThis(
  candidate: Candidate,
  { symptoms, unseen, context: { onset } }: Circumstances,
): string[] {
  const { finding, suspicion } = candidate;
  const why = [whatItIs(candidate, unseen.length > 0), timing(finding, onset)];
  if (!isChange(finding)) {
    const supports = candidate.supports.filter(({ code }) => code !== "traffic.surge");
    const explains = [...new Set([...supports, ...symptoms].map(inWords))];
    why.push(
      explains.length > 0 ? `It explains ${listed(explains)}` : "No symptom was found that it would explain",
    );
    if (supports.length < candidate.supports.length)
      why.push(`It keeps ${finding.subject} from growing with the requests that arrive`);
    if (suspicion !== null) {
      const when = onset === null ? "recently" : `${span(suspicion.change.at, onset)} before the onset`;
      why.push(`A change of ${suspicion.touched.replaceAll("_", " ")} came ${when}`);
    }
  }
  if (unseen.length > 0) {
    const sources = unseen.flatMap((tool) =>
      tool === "check_dependency_health" ? "dependencies" : (kinds[tool] ?? []),
    );
    why.push(`Something else may lie behind it, for this was not read: ${listed(sources, 6)}`);
  }
  return why;
}

/** Why here: what points to the node, who saw it fail, and what stands nearest to it. */
export function whyHere({ place, ranked, callers }: Circumstances): string[] {
  const why: string[] = [];
  const sources = place.own.flatMap(({ family }) => kinds[family] ?? []);
  if (sources.length > 1) why.push(capital(`${listed(sources, 6)} point to ${place.service}`));
  if (callers.length > 0) why.push(`Calls to it go wrong, as seen by ${listed(callers)}`);
  const [first, second] = ranked;
  if (first !== undefined && first.service !== place.service) {
    why.push(`${first.service} stands above it: ${weight(place, first)} of that weight is here`);
  } else if (second !== undefined) {
    why.push(
      second.score >= NOTABLE * place.score
        ? `Next is ${second.service}, with ${weight(second, place)} of the weight of evidence`
        : "Nothing else that was looked at has even a third of the weight of evidence",
    );
  }
  return why;
}

/** Whether a finding's beginning fits the incident's. */
export function fits({ since }: Finding, onset: string | null): boolean {
  if (since === null || onset === null) return false;
  const after = minutesBetween(onset, since);
  return after <= AFTER_MINUTES && after >= -BEFORE_MINUTES;
}

function whatItIs({ finding, among }: Candidate, mayBeEffect: boolean): string {
  if (isChange(finding))
    return `It is ${whichOf(among)} on a service with symptoms; nothing found ties it to them`;
  if (specificityOf(finding) >= FAULT_IN_ITSELF)
    return mayBeEffect ? "It is a fault, not only a sign" : "It is a fault in itself, not an effect";
  return `It is an indirect sign: ${lower(findingCodes[finding.code].title)}`;
}

function whichOf(among: Candidate["among"]): string {
  if (among === undefined || among.changes === 1) return "the only change found";
  return `${among.isClosest ? "the latest before the onset" : "one"} of ${among.changes} changes found`;
}

function timing({ since }: Finding, onset: string | null): string {
  if (since === null || onset === null) return "When it began is not known";
  const after = minutesBetween(onset, since);
  const apart = span(onset, since);
  if (after > AFTER_MINUTES) return `It began ${apart} after the first sign`;
  if (after < -BEFORE_MINUTES) return `It began ${apart} before, long before the onset`;
  if (Math.abs(after) < 1) return "It began with the incident";
  return `It began ${apart} ${after < 0 ? "before" : "after"} the onset, so the times fit`;
}

function inWords(finding: Finding): string {
  return `"${lower(findingCodes[finding.code].title)}" on ${finding.subject}`;
}

/** A title inside a sentence; names such as AWS keep their capitals. */
function lower(title: string): string {
  return /^[A-Z][a-z ]/.test(title) ? (title[0] ?? "").toLowerCase() + title.slice(1) : title;
}

function weight(one: RankedService, other: RankedService): string {
  return `${Math.round((100 * one.score) / Math.max(one.score, other.score))} %`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
