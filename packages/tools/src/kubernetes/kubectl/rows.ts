import { ageMs, before } from "./age.ts";
import type { Command } from "./command.ts";
import { goingSince, listedPod } from "./listed-pod.ts";

const POD =
  /^(?:(\S+)\s+)?(?:pod\/)?([a-z0-9][a-z0-9.-]*)\s+(\d+\/\d+)\s+([A-Z][\w:]*)\s+(\d+(?: \(\S+ ago\))?)\s+(\d\w*)(?:\s+\S+\s+(\S+))?/;

/** Rows of pods whose head is cut off, as `| grep` leaves them; undefined when these lines are none. */
export function headlessRows(
  lines: readonly string[],
  command: Command | undefined,
  now: number,
): object[] | undefined {
  const found = lines.map((line) => POD.exec(line)).filter((match) => match !== null);
  if (found.length === 0) return undefined;
  return found.map(
    ([, namespace, name = "", ready = "", status = "", restarts = "", age = "", node = ""]) => ({
      kind: "Pod",
      metadata: {
        name,
        namespace: namespace ?? command?.namespace ?? "",
        creationTimestamp: before(now, ageMs(age)),
        ...goingSince(status, now),
      },
      ...listedPod(
        new Map([
          ["READY", ready],
          ["STATUS", status],
          ["RESTARTS", restarts],
          ["NODE", node],
        ]),
        now,
      ),
    }),
  );
}
