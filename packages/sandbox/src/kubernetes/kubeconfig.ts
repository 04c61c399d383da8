import { writeFile } from "node:fs/promises";
import { stringify } from "yaml";

/** Below this path the API server takes requests as if they carried the token. */
export function tokenPath(token: string): string {
  return `/with-token/${token}`;
}

/** Writes a kubeconfig with one context per cluster, each named like its cluster; the first is the current one. */
export async function writeKubeconfig(
  path: string,
  clusters: readonly { readonly name: string; readonly url: string }[],
  token: string,
): Promise<void> {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": clusters[0]?.name ?? "",
    // Some clients take plain HTTP only from those who say that they want no TLS.
    clusters: clusters.map(({ name, url }) => ({
      name,
      cluster: { server: url, "insecure-skip-tls-verify": true },
    })),
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: "acme" } })),
    users: [{ name: "acme", user: { token } }],
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
}
