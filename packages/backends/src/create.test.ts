import { expect, test } from "vitest";
import { type BackendsConfig, createBackends } from "./create.ts";

const url = "http://127.0.0.1:1";
const token = "t0ken";

test.each<[string, Partial<BackendsConfig>, string[]]>([
  ["nothing", {}, []],
  ["a GitHub without a token", { github: { apiUrl: url } }, []],
  ["a Kubernetes without an address", { kubernetes: { token } }, []],
  [
    "everything",
    {
      prometheus: { url },
      opensearch: { url },
      kubernetes: { apiUrl: url, token },
      github: { apiUrl: url, token },
      awsHealth: { accessKeyId: "A", secretAccessKey: "s" },
      handlerUrlAllow: [url],
      slack: { token, apiUrl: url },
    },
    ["metrics", "logs", "kubernetes", "github", "awsHealth", "resources", "slack"],
  ],
])("%s configured", async (_, config, present) => {
  const { backends, slack, close } = createBackends({ handlerUrlAllow: [], ...config });
  const made = Object.entries({ ...backends, slack }).filter(([, backend]) => backend !== undefined);
  expect(made.map(([name]) => name)).toEqual(present);
  await close();
});
