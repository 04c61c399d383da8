import type { Posted } from "@oncall/sandbox";
import { print } from "../print.ts";
import { stopSignal } from "../serve.ts";
import { type Company, openCompany } from "./company.ts";
import { openScreen } from "./screen.ts";

export interface LiveOptions {
  readonly scenario: string;
  readonly seed: number;
  /** Minutes between alerts; 0 = only on demand. */
  readonly everyMinutes: number;
  readonly scriptedModel: boolean;
}

/** The product beside the practice company until Ctrl-C: an alert at once, then one every few minutes. */
export async function playLive({ everyMinutes, ...options }: LiveOptions): Promise<number> {
  const company = await openCompany({ ...options, freePort: false, tell: console.error });
  try {
    const screen = await openScreen(company);
    print(guide(company, screen.url, everyMinutes));
    const firing = everyMinutes > 0 ? fireEvery(company, everyMinutes * 60_000) : undefined;
    await stopSignal();
    clearInterval(firing);
    console.error("\nStopping…");
    await screen.close();
    return 0;
  } finally {
    await company.close();
  }
}

function fireEvery({ sandbox, api }: Company, everyMs: number): NodeJS.Timeout {
  const fire = (): void => {
    // Slack's own retries may go on for minutes; what became of them is said when they end.
    sandbox.fireAlert(api.url).then(
      (posted) => print(told(posted, sandbox.scenario.alert.channel)),
      (error: unknown) => console.error(String(error)),
    );
  };
  fire();
  return setInterval(fire, everyMs);
}

function told({ status, ts, ms }: Posted, channel: string): string {
  const at = new Date(Number(ts) * 1000).toISOString().slice(11, 16);
  return status === 200
    ? `${at}  alert in ${channel}, acknowledged in ${Math.round(ms)} ms`
    : `${at}  alert in ${channel}: the API answered ${status === 0 ? "nothing" : status}`;
}

function guide({ sandbox, api, token }: Company, screenUrl: string, everyMinutes: number): string {
  const { name, title } = sandbox.scenario;
  const often =
    everyMinutes > 0
      ? `one now, then every ${everyMinutes === 1 ? "minute" : `${everyMinutes} minutes`}`
      : "only when you ask";
  return [
    ``,
    `  Acme's Slack    ${screenUrl}   (open it in a browser)`,
    ``,
    `  playing         ${title} (${name})`,
    `  alerts          ${often}; by hand: oncall sandbox fire`,
    `  the API         ${api.url}/docs   with the bearer token ${token}`,
    `  Ctrl-C          stops everything`,
    ``,
  ].join("\n");
}
