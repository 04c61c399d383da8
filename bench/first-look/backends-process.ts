import { readFile, writeFile } from "node:fs/promises";
import { startSandbox } from "@oncall/sandbox";
import type { Ask, Told } from "./backends-protocol.ts";
import { crowded } from "./crowded-cluster.ts";
import { createDesk } from "./desk.ts";
import { type SteadyProxy, startSteadyProxy } from "./steady-proxy.ts";

// The entry of the backends' process (backends.ts forks it): Acme and what stands before it, so that what they compute
// is not the product's time.
const desk = createDesk();

process.on("message", (ask: Ask) => {
  answer(ask)
    .catch(
      (error: unknown): Told => ({ failed: error instanceof Error ? (error.stack ?? "") : String(error) }),
    )
    .then((told) => process.send?.(told));
});
// Whoever asked is gone.
process.on("disconnect", () => process.exit());

async function answer(ask: Ask): Promise<Told> {
  if (ask.do === "begin") {
    desk.begin(ask.delayMs, ask.hold);
    return { exchanges: [] };
  }
  if (ask.do === "end") return { exchanges: desk.exchanges() };

  const now = new Date(ask.now);
  const sandbox = await startSandbox({
    scenario: ask.scenario,
    seed: 1,
    now: () => now,
    slackSigningSecret: "s",
    githubWebhookSecret: "g",
  });
  const proxies = new Map<string, SteadyProxy>();
  for (const [name, url] of Object.entries(sandbox.urls)) {
    const enlarge = name === "kubernetes" ? crowded(ask.pods) : undefined;
    proxies.set(url, await startSteadyProxy(desk, name, url, enlarge));
  }
  /** Every address of Acme's with the one that stands before it. */
  const rerouted = (text: string): string =>
    [...proxies].reduce((all, [url, proxy]) => all.replaceAll(url, proxy.url), text);
  const env = Object.fromEntries(
    Object.entries(sandbox.environment()).map(([name, value]) => [name, rerouted(value)]),
  );
  if (env.KUBECONFIG !== undefined)
    await writeFile(env.KUBECONFIG, rerouted(await readFile(env.KUBECONFIG, "utf8")));
  return {
    env,
    alert: sandbox.scenario.alert,
    services: [...sandbox.world.repositories.values()].flatMap((repository) => {
      const yaml = repository.head().tree["service.yaml"];
      return yaml === undefined ? [] : [{ yaml: rerouted(yaml), repository: repository.fullName }];
    }),
  };
}
