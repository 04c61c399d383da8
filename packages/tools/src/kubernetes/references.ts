import type { KubernetesObject, Pod, TlsSecret, Workload } from "@oncall/backends";
import { partly } from "../partly.ts";
import type { Asked } from "./around.ts";
import { carries } from "./checks/cluster.ts";
import { list, strings, text } from "./checks/raw.ts";
import { addressOf } from "./checks/resource.ts";
import { some } from "./checks/words.ts";
import { relation } from "./related.ts";
import { readKinds, type Surroundings } from "./surroundings.ts";

const MAX_CERTIFICATES = 5;
const MAX_GATEWAY_NAMESPACES = 3;
const MAX_STRAYS = 3;

export interface Certificates {
  readonly certificates: readonly TlsSecret[];
  /** Addresses of TLS Secrets that an Ingress names and that are not there. */
  readonly absent: ReadonlySet<string>;
}

export interface References extends Certificates {
  /** What Services select that belong to the workload and do not select its pods, by the Service's name. */
  readonly selectedElsewhere: ReadonlyMap<string, readonly Pod[]>;
}

/** What a workload and the ways to it name: volume claims, gateways, certificates, other pods. */
export async function readReferences(
  asked: Asked,
  workload: Workload,
  found: Surroundings,
): Promise<References> {
  const isRelated = relation({ workload, pods: [], replicaSets: [] }, found.objects.get("Service") ?? []);
  const related = (kind: string) =>
    (found.objects.get(kind) ?? []).filter((object) => isRelated(kind, object));
  const { kubernetes, ref, signal } = asked;
  const gateways = new Set(
    related("HTTPRoute")
      .flatMap((route) => list(route, "spec", "parentRefs"))
      .map((parent) => text(parent, "namespace") || ref.namespace),
  );
  const secrets = new Set(
    related("Ingress")
      .flatMap((ingress) => list(ingress, "spec", "tls"))
      .map((entry) => text(entry, "secretName"))
      .filter((name) => name !== ""),
  );
  const [certificates, selectedElsewhere] = await Promise.all([
    readCertificates(asked, [...secrets], found),
    readSelected(asked, related("Service"), workload, found),
    usesClaims(workload)
      ? readKinds(kubernetes, ref, ["PersistentVolumeClaim"], found, signal)
      : Promise.resolve(),
    ...[...gateways]
      .slice(0, MAX_GATEWAY_NAMESPACES)
      .map((namespace) => readKinds(kubernetes, { ...ref, namespace }, ["Gateway"], found, signal)),
  ]);
  return { ...certificates, selectedElsewhere };
}

/** A Service that looks like the workload's and selects other labels: whether anything carries those. */
async function readSelected(
  { kubernetes, ref, signal }: Asked,
  services: readonly KubernetesObject[],
  workload: Workload,
  { unread, bounds }: Surroundings,
): Promise<Map<string, readonly Pod[]>> {
  const labels = strings(workload, "spec", "template", "metadata", "labels");
  const strays = services
    .map((service) => ({ name: service.metadata.name, selector: strings(service, "spec", "selector") }))
    .filter(({ selector }) => selector.size > 0 && !carries(labels, selector));
  if (strays.length > MAX_STRAYS) bounds.push(`${strays.length - MAX_STRAYS} Services were not looked at.`);
  const selected = new Map<string, readonly Pod[]>();
  await Promise.all(
    strays.slice(0, MAX_STRAYS).map(async ({ name, selector }) => {
      const pods = await partly(unread)<readonly Pod[] | null>(`pods of Service ${name}`, null, () =>
        kubernetes.podsWith(ref, Object.fromEntries(selector), signal),
      );
      if (pods !== null) selected.set(name, pods);
    }),
  );
  return selected;
}

function usesClaims(workload: Workload): boolean {
  return (
    list(workload, "spec", "volumeClaimTemplates").length > 0 ||
    list(workload, "spec", "template", "spec", "volumes").some(
      (volume) => text(volume, "persistentVolumeClaim", "claimName") !== "",
    )
  );
}

async function readCertificates(
  { kubernetes, ref, signal }: Asked,
  names: readonly string[],
  { unread, bounds }: Surroundings,
): Promise<Certificates> {
  const asked = names.slice(0, MAX_CERTIFICATES);
  if (names.length > asked.length)
    bounds.push(`${names.length - asked.length} of ${names.length} TLS certificates were not looked at.`);
  const read = await partly(unread)(`TLS certificates ${some(asked)}`, [], () =>
    Promise.all(asked.map((name) => kubernetes.certificateIn(ref, name, signal))),
  );
  return {
    certificates: read.filter((secret) => secret !== null),
    absent: new Set(
      asked
        .filter((_, i) => read[i] === null)
        .map((name) => addressOf({ kind: "Secret", namespace: ref.namespace, name })),
    ),
  };
}
