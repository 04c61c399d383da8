import { randomBytes } from "node:crypto";
import { type Config, createClosers, type Logger, Secret } from "@oncall/platform";
import { readScreen } from "../demo/screen.ts";
import { openDatabase, quietLogger, readConfig } from "../installation.ts";
import { createRemote, remoteOf } from "../remote.ts";
import { version } from "../version.ts";

/** Who is asked: an installation's API and its token. */
export interface Assistant {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

export interface WhomToAsk {
  /** Starts a practice company of its own; the scenario's name. */
  readonly sandbox: string | undefined;
  readonly scriptedModel: boolean;
  readonly tell: (line: string) => void;
}

/**
 * The installation that ONCALL_URL names; else a practice company that runs here, or is to be started; else one that is
 * composed in this process from the same configuration.
 */
export async function openAssistant({ sandbox, scriptedModel, tell }: WhomToAsk): Promise<Assistant> {
  if (sandbox !== undefined) return practice(sandbox, scriptedModel, tell);
  const config = readConfig();
  if (remoteOf(config) !== null && config.oncallUrl && config.token)
    return { url: config.oncallUrl, token: config.token.reveal(), close: async () => undefined };
  const running = config.database.url === undefined ? await readScreen() : null;
  if (running?.api && isRunning(running.pid)) {
    tell(`Asking the practice company that runs at ${running.api.url} (${running.scenario}).`);
    return { ...running.api, close: async () => undefined };
  }
  return compose(config, quietLogger(config), tell);
}

async function practice(
  scenario: string,
  scriptedModel: boolean,
  tell: (line: string) => void,
): Promise<Assistant> {
  tell("Starting a practice company…");
  // What an answer from elsewhere does not need is not loaded for it.
  const { openCompany } = await import("../demo/company.ts");
  const { api, token, close } = await openCompany({ scenario, seed: 1, freePort: true, scriptedModel, tell });
  return { url: api.url, token, close };
}

async function compose(config: Config, logger: Logger, tell: (line: string) => void): Promise<Assistant> {
  const [{ startApi }, { startWorker }] = await Promise.all([
    import("@oncall/api"),
    import("@oncall/worker"),
  ]);
  const closers = createClosers({ logger, stepTimeoutMs: 30_000 });
  try {
    const database = await openDatabase(config, logger);
    closers.add("database", () => database.close());
    const token = `oncall_${randomBytes(24).toString("base64url")}`;
    const own = {
      ...config,
      token: new Secret(token),
      http: { ...config.http, host: "127.0.0.1", port: 0 },
    };
    const api = await startApi({ config: own, databaseUrl: database.url, logger, version });
    closers.add("api", () => api.close());
    const worker = await startWorker({ config: own, databaseUrl: database.url, logger });
    closers.add("worker", () => worker.close());
    const { services } = (await createRemote(api.url, token).get("/api/services")) as { services: unknown[] };
    if (services.length === 0)
      tell(
        "The catalog here holds no service yet. Set ONCALL_URL to ask a running installation, or give --sandbox to try it.",
      );
    return { url: api.url, token, close: () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** Whether the process that left the note is still there. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
