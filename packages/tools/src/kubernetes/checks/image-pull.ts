import { eventsOfContainer, livingContainersOf, named } from "./containers.ts";
import type { Check } from "./finding.ts";
import { list, text } from "./raw.ts";
import { quote } from "./words.ts";

/** A registry that hiccups for a moment is no finding. */
const SETTLES_MS = 20_000;
const REASONS = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "RegistryUnavailable",
  "ImageInspectError",
  "SignatureValidationFailed",
]);

/** Images that cannot be pulled, and which of the usual reasons the registry's answer means. */
export const imagePull: Check = {
  kinds: ["Pod"],
  check: (pod, cluster) =>
    livingContainersOf(pod).flatMap((container) => {
      const reason = container.waiting?.reason ?? "";
      if (!REASONS.has(reason)) return [];
      const age = pod.createdAt === undefined ? Number.POSITIVE_INFINITY : cluster.now - pod.createdAt;
      if (reason === "ErrImagePull" && age < SETTLES_MS) return [];
      const failed = eventsOfContainer(container, cluster).filter(
        (event) => event.reason === "Failed" && /pull/i.test(event.message) && event.message.length > 40,
      );
      const waiting = container.waiting?.message ?? "";
      const message = failed.at(-1)?.message ?? waiting;
      const meaning = verdict(reason, `${message} ${waiting}`, pod.raw);
      const answer = quote(answerIn(waiting.length > message.length ? waiting : message), 400);
      const summary =
        `${imageWords(container.image || imageIn(message))} of ${named(container)} cannot be pulled (${reason}): ` +
        (meaning.includes(answer) ? meaning : `${meaning} ${answer}`);
      return [
        {
          code: "k8s.image_pull" as const,
          severity: "critical" as const,
          confidence: 0.95,
          at: pod,
          container: container.name,
          since: failed[0]?.first ?? pod.createdAt,
          summary,
          evidence: [container.evidence],
        },
      ];
    }),
};

/** What the registry answered: each layer of the runtime only says again which image it wanted. */
function answerIn(message: string): string {
  const layers = [...message.matchAll(/(?:image|reference) "[^"]+": /g)];
  const last = layers.at(-1);
  return last === undefined ? message : message.slice(last.index + last[0].length);
}

/** The events name the image where the pod's spec is not known. */
function imageIn(message: string): string {
  return /image "([^"]+)"/.exec(message)?.[1] ?? "";
}

function imageWords(image: string): string {
  return image === "" ? "The image" : `The image ${image}`;
}

function verdict(reason: string, message: string, pod: unknown): string {
  if (reason === "InvalidImageName" || /invalid reference|couldn't parse image/i.test(message))
    return "this is an invalid image name.";
  if (reason === "ErrImageNeverPull") return "it is not on the node and its pull policy is Never.";
  if (
    /no such host|dial tcp|i\/o timeout|connection refused|network is unreachable|TLS handshake|server misbehaving|x509|certificate/i.test(
      message,
    )
  )
    return "its registry cannot be reached or trusted.";
  if (/unauthorized|authoriz|authentication|denied|forbidden|\b40[13]\b|no basic auth/i.test(message)) {
    const secrets = list(pod, "spec", "imagePullSecrets").map((secret) => text(secret, "name"));
    return `the registry refuses access: credentials (${secrets.length === 0 ? "the pod has no imagePullSecrets" : `imagePullSecrets ${secrets.join(", ")}`}) or the repository's name are wrong.`;
  }
  if (/toomanyrequests|rate limit|\b429\b/i.test(message)) return "the registry limits the rate of pulls.";
  if (/not ?found|manifest unknown|does not exist|\b404\b/i.test(message))
    return "this tag or repository is not found in the registry.";
  if (/no match for platform|no matching manifest/i.test(message))
    return "it is not built for the node's architecture.";
  if (/no space left/i.test(message)) return "the node's disk is full.";
  return "the registry gives no known reason.";
}
