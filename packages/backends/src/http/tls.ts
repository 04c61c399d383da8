import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { RequestOptions } from "node:https";
import { AppError } from "@oncall/core";
import type { Dispatcher } from "undici";
import type { Http } from "./types.ts";

type TlsSettings = Pick<RequestOptions, "ca" | "cert" | "key" | "servername" | "rejectUnauthorized">;

/** The pool for these TLS settings; another one only when they change, as rotated client certificates do. */
export function agentsByTls(http: Http): (tls: TlsSettings) => Dispatcher {
  let current: { print: string; dispatcher: Dispatcher } | undefined;
  return ({ ca, cert, key, servername, rejectUnauthorized }) => {
    const connect = {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(servername === undefined ? {} : { servername }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    };
    const print = createHash("sha256").update(JSON.stringify(connect)).digest("base64");
    if (current?.print === print) return current.dispatcher;
    void current?.dispatcher.close();
    current = { print, dispatcher: http.agent(connect) };
    return current.dispatcher;
  };
}

/** The PEM of a CA, read anew each time, for it is exchanged while we run. */
export async function readCa(system: string, caFile: string): Promise<Buffer> {
  try {
    return await readFile(caFile);
  } catch (cause) {
    throw new AppError(
      "not_configured",
      `The CA file of ${system}, ${caFile}, cannot be read; correct its path.`,
      {
        cause,
      },
    );
  }
}
