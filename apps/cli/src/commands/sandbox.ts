import { parseArgs } from "node:util";
import { AppError, type Problem } from "@oncall/core";
import { readScreen } from "../demo/screen.ts";
import { print } from "../print.ts";

const USAGE = "Usage: oncall sandbox fire [NAME] [--url URL] [--json]";
const TIMEOUT_MS = 10_000;

/** What the page's `POST /api/alerts` answers. */
interface Fired {
  readonly scenario: string;
  readonly delivered: boolean;
  readonly status: number | null;
  /** Where the alert stands, within the page. */
  readonly place?: string;
}

/** `oncall sandbox fire [NAME]`: the running practice company's monitoring raises its alert. */
export async function sandbox(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { url: { type: "string" }, json: { type: "boolean" } },
  });
  const [verb, scenario, ...rest] = positionals;
  if (verb !== "fire" || rest.length > 0) throw new AppError("invalid_input", USAGE);

  const url = values.url ?? (await readScreen())?.url;
  if (url === undefined) {
    throw new AppError(
      "not_found",
      "No sandbox runs here: start one with `oncall up --sandbox`, or name its page with --url.",
    );
  }
  const fired = await fire(url, scenario);
  print(values.json ? JSON.stringify(fired) : told(fired, url));
  return fired.delivered ? 0 : 1;
}

async function fire(url: string, scenario: string | undefined): Promise<Fired> {
  if (!URL.canParse("/api/alerts", url))
    throw new AppError("invalid_input", `--url takes the page's address, not "${url}".`);
  const response = await fetch(new URL("/api/alerts", url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ scenario }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new AppError(
      "unavailable",
      `No sandbox answers at ${url}: start one with \`oncall up --sandbox\`.`,
      { cause },
    );
  });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as Fired;
  const problem = (body ?? {}) as Partial<Problem>;
  throw new AppError(
    problem.kind ?? "unavailable",
    problem.detail ?? `${url} answered ${response.status}, which is not a sandbox's page.`,
  );
}

function told({ scenario, delivered, status, place = "" }: Fired, url: string): string {
  const where = new URL(`/${place}`, url);
  if (delivered) return `The alert of ${scenario} stands in Acme's Slack: ${where}`;
  return `The alert of ${scenario} stands in Acme's Slack, but the product did not take its event (${status ?? "no answer yet"}): ${where}`;
}
