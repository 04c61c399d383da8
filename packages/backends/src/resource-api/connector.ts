import { type LookupAddress, lookup as systemLookup } from "node:dns";
import { isIP } from "node:net";
import { AppError } from "@oncall/core";
import { buildConnector } from "undici";
import { addressProblem } from "./address.ts";

/** Resolves a name to all its addresses, as `dns.lookup` does. */
export type Resolve = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Connections that are only ever made to permitted addresses. The check sits between resolving and connecting,
 * on the very addresses that are then used, so a name that changes its mind (DNS rebinding) gains nothing.
 */
export function guardedConnector(
  loopbackAllowed: (origin: string) => boolean,
  timeoutMs: number,
  resolve: Resolve = systemLookup,
): buildConnector.connector {
  const strict = buildConnector({ timeout: timeoutMs, lookup: guardedLookup(resolve, false) });
  const local = buildConnector({ timeout: timeoutMs, lookup: guardedLookup(resolve, true) });
  return (options, callback) => {
    const loopback = loopbackAllowed(
      new URL(`${options.protocol}//${options.host ?? options.hostname}`).origin,
    );
    // A literal address is connected to without a lookup.
    const problem = isIP(options.hostname) === 0 ? undefined : addressProblem(options.hostname, loopback);
    if (problem !== undefined) return callback(refused(options.hostname, options.hostname, problem), null);
    (loopback ? local : strict)(options, callback);
  };
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** In the form that net.connect calls: with `all` or for one address. */
function guardedLookup(resolve: Resolve, loopback: boolean) {
  return (hostname: string, options: { all?: boolean | undefined }, callback: LookupCallback): void => {
    resolve(hostname, { all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      for (const { address } of addresses) {
        const problem = addressProblem(address, loopback);
        if (problem !== undefined) return callback(refused(hostname, address, problem), []);
      }
      const [first] = addresses;
      if (options.all === true || first === undefined) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

function refused(hostname: string, address: string, problem: string): AppError {
  return new AppError(
    "denied",
    `${hostname} leads to ${address}, ${problem}, which is never connected to; correct the URL in service.yaml.`,
  );
}
