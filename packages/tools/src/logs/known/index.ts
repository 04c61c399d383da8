import { accessFailures, limitFailures } from "./access.ts";
import { brokerFailures, cacheFailures } from "./brokers.ts";
import { databaseConnectionFailures, databaseFailures } from "./database.ts";
import type { KnownFailure } from "./known-failure.ts";
import { memoryFailures, processMemoryFailures } from "./memory.ts";
import { connectionFailures, nameFailures, tlsFailures, upstreamFailures } from "./network.ts";
import { panicFailures, processFailures, symptomFailures } from "./process.ts";
import { searchFailures, storageFailures } from "./storage.ts";

/**
 * What failures look like over languages and libraries, the most specific first: a line that shows two is known by
 * the one that explains more (a panic for want of disk space is a full disk).
 */
export const knownFailures: readonly KnownFailure[] = [
  ...cacheFailures,
  ...memoryFailures,
  ...searchFailures,
  ...storageFailures,
  ...databaseFailures,
  ...processMemoryFailures,
  ...processFailures,
  ...tlsFailures,
  ...nameFailures,
  ...limitFailures,
  ...brokerFailures,
  ...upstreamFailures,
  ...databaseConnectionFailures,
  ...connectionFailures,
  ...accessFailures,
  ...panicFailures,
  ...symptomFailures,
];
