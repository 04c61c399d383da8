import ipaddr from "ipaddr.js";

/** Ranges that an allowed name may resolve to. Loopback is added for exact origins. */
const permitted: ReadonlySet<string> = new Set(["unicast", "private", "uniqueLocal", "carrierGradeNat"]);

/** Where clouds serve credentials to whoever asks, in ranges that are otherwise permitted. */
const metadata: ReadonlySet<string> = new Set([
  "fd00:ec2::254", // AWS
  "fd20:ce::254", // Google
  "100.100.100.200", // Alibaba
  "168.63.129.16", // Azure's wire server
]);

/**
 * Why a connection to this IP address is refused, or undefined. Permitted is what is listed, so that link-local,
 * unspecified (which reaches loopback), multicast, and tunnels that hide another address all stay out.
 */
export function addressProblem(text: string, loopbackAllowed: boolean): string | undefined {
  if (!ipaddr.isValid(text)) return "not an IP address";
  // Turns ::ffff:169.254.169.254 into what it stands for.
  const address = ipaddr.process(text);
  if (metadata.has(address.toString())) return "a cloud metadata address";
  const range = address.range();
  if (range === "loopback" && loopbackAllowed) return undefined;
  return permitted.has(range) ? undefined : `a ${range} address`;
}
