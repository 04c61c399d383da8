import { X509Certificate } from "node:crypto";
import type { Cluster } from "./cluster.ts";
import { condition } from "./containers.ts";
import type { Check, Draft } from "./finding.ts";
import { list, text, time } from "./raw.ts";
import { pointer, type Resource } from "./resource.ts";
import { duration, quote, saying, some } from "./words.ts";

/** Issuers renew weeks ahead: this close to its end, or to a fifth of a short life, a certificate has been forgotten. */
const NEAR_MS = 14 * 86_400_000;
const NEAR_SHARE = 0.2;

/** Certificates of TLS secrets that have expired or soon will, and cert-manager's that it cannot issue. */
export const certificate: Check = {
  kinds: ["Secret", "Certificate"],
  check(object, cluster) {
    if (object.kind === "Certificate") return issuing(object, cluster);
    if (text(object.raw, "type") !== "kubernetes.io/tls") return [];
    const found = parse(text(object.raw, "data", "tls.crt"));
    return found === undefined ? [] : judged(object, found, cluster);
  },
};

function judged(secret: Resource, found: X509Certificate, cluster: Cluster): readonly Draft[] {
  const [from, to] = [Date.parse(found.validFrom), Date.parse(found.validTo)];
  if (Number.isNaN(to) || Number.isNaN(from)) return [];
  const left = to - cluster.now;
  if (left > nearMs(from, to) && from <= cluster.now) return [];
  const users = cluster
    .inNamespace("Ingress", secret.namespace)
    .filter(({ raw }) => list(raw, "spec", "tls").some((entry) => text(entry, "secretName") === secret.name));
  const names = (found.subjectAltName ?? found.subject).replaceAll("DNS:", "").split(/,\s*/);
  const served = users.length === 0 ? "" : ` Ingress ${some(users.map(({ name }) => name))} serves it.`;
  const until = new Date(to).toISOString();
  const state =
    from > cluster.now
      ? `is not valid before ${new Date(from).toISOString()}`
      : left < 0
        ? `expired on ${until}, ${duration(-left)} ago`
        : `expires on ${until}, in ${duration(left)}`;
  const broken = left < 0 || from > cluster.now;
  return [
    {
      code: "tls.certificate",
      severity: broken ? "critical" : "warning",
      confidence: 0.95,
      at: secret,
      since: left < 0 ? to : undefined,
      summary: `The certificate in Secret ${secret.name} for ${some(names)} ${state}.${served}`,
      evidence: [pointer(secret, "data", "tls.crt"), ...users.map((user) => pointer(user, "spec", "tls"))],
    },
  ];
}

/** The leaf certificate: the first of the chain. */
function parse(base64: string): X509Certificate | undefined {
  if (base64 === "") return undefined;
  try {
    return new X509Certificate(Buffer.from(base64, "base64"));
  } catch {
    // Blanked or damaged data is no evidence of anything.
    return undefined;
  }
}

/** cert-manager.io/v1 Certificate: https://cert-manager.io/docs/reference/api-docs/ */
function issuing(object: Resource, cluster: Cluster): readonly Draft[] {
  const ended = pastItsEnd(object, cluster);
  if (ended !== undefined) return [ended];
  const ready = condition(object, "Ready");
  if (text(ready, "status") !== "False") return [];
  const since = time(ready, "lastTransitionTime");
  const known = since ?? object.createdAt;
  if (known !== undefined && cluster.now - known < 5 * 60_000) return [];
  const summary = `Certificate ${object.name} is not issued${saying(text(ready, "message") || text(ready, "reason"))}`;
  return [
    {
      code: "tls.certificate",
      severity: "warning",
      confidence: 0.8,
      at: object,
      since,
      summary,
      evidence: [pointer(object, "status", "conditions")],
    },
  ];
}

/** The times that cert-manager keeps of the certificate it issued last. */
function pastItsEnd(object: Resource, { now }: Cluster): Draft | undefined {
  const [from, to] = [time(object.raw, "status", "notBefore"), time(object.raw, "status", "notAfter")];
  if (to === undefined || to - now > nearMs(from ?? Number.NEGATIVE_INFINITY, to)) return undefined;
  const failure =
    text(condition(object, "Issuing"), "message") || text(condition(object, "Ready"), "message");
  const until = new Date(to).toISOString();
  const names = list(object.raw, "spec", "dnsNames").filter((name) => typeof name === "string");
  return {
    code: "tls.certificate",
    severity: to < now ? "critical" : "warning",
    confidence: 0.95,
    at: object,
    since: to < now ? to : undefined,
    summary:
      `Certificate ${object.name}${names.length > 0 ? ` for ${some(names)}` : ""} ` +
      `${to < now ? `expired on ${until}, ${duration(now - to)} ago` : `expires on ${until}, in ${duration(to - now)}`} ` +
      `and was not renewed (Secret ${text(object.raw, "spec", "secretName")}). ${quote(failure)}`.trim(),
    evidence: [pointer(object, "status", "notAfter")],
  };
}

function nearMs(from: number, to: number): number {
  return Math.min(NEAR_MS, NEAR_SHARE * (to - from));
}
