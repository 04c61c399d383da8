import { firstText, object, text } from "../webhooks/body.ts";
import type { WebhookSender } from "../webhooks/sender.ts";

const UP = "1";
const MAINTENANCE = "3";

/** Uptime Kuma's webhook: a monitor and its heartbeat, whose status is 0 down, 1 up, 2 pending, 3 maintenance. */
export const uptimeKuma: WebhookSender = {
  source: "uptime-kuma",
  read(body) {
    const [heartbeat, monitor] = [object(body.heartbeat), object(body.monitor)];
    const status = text(heartbeat.status);
    const name = firstText(monitor.name, monitor.pathName);
    if (status === undefined || name === undefined) return null;
    if (status === MAINTENANCE) return [];
    return [
      {
        name,
        status: status === UP ? "resolved" : "firing",
        severity: ["down"],
        labels: [monitor.tags, { host: monitor.hostname }],
        startedAt: heartbeat.time,
        text: [heartbeat.msg, body.msg],
        links: [monitor.url],
      },
    ];
  },
};
