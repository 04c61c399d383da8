import { writeFile } from "node:fs/promises";
import { stringify } from "yaml";

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
    clusters: clusters.map(({ name, url }) => ({ name, cluster: { server: url } })),
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: "acme" } })),
    users: [{ name: "acme", user: { token } }],
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
}
