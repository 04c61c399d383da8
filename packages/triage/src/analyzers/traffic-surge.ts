import type { Analyzer } from "../analyzer.ts";
import { sinceWords } from "../wording.ts";

const SURGE = 2;
const LEAST_PER_SECOND = 1;

/** At least twice the requests of before and of the same hour a day ago, so that a daily wave is none; harmless while all is well. */
export const trafficSurge: Analyzer = {
  codes: ["traffic.surge"],
  needs: ["get_service_health"],
  analyze: (evidence, { now: at }) =>
    evidence.of("get_service_health").flatMap(({ data, subject, evidence: id }) => {
      const { now, before } = data.requests_per_second;
      const usual = (data.comparisons ?? [])
        .filter(({ label }) => label !== "last quiet hour")
        .flatMap(({ requests_per_second }) => requests_per_second ?? []);
      if (now === null || before === null || now < LEAST_PER_SECOND) return [];
      const most = Math.max(before, ...usual);
      if (now < SURGE * most) return [];
      const since = data.changed_at.traffic;
      const figure = (value: number) => Number(value.toPrecision(3));
      return [
        {
          code: "traffic.surge",
          subject,
          severity: data.verdict === "healthy" ? "info" : "warning",
          confidence: usual.length > 0 ? 0.95 : 0.8,
          since,
          summary: `${figure(now)} requests per second arrive${sinceWords(since, at)}, ${figure(now / most)} times the usual ${figure(most)}`,
          evidence: [id],
          facts: { now: figure(now), usual: figure(most) },
        },
      ];
    }),
};
