import { invalidParameter } from "./request-parameters.ts";
import type { Labels } from "./series.ts";

/** An alert that a rule has raised and that has not ended. */
export interface ActiveAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Since when the expression holds. */
  readonly activeMs: number;
  readonly value: number;
}

export interface AlertingRule {
  readonly name: string;
  readonly expr: string;
  /** How long the expression must hold before the alert fires. */
  readonly forMs: number;
  readonly labels: Labels;
  /** Templates: `{{ $labels.job }}`. */
  readonly annotations: Labels;
  readonly active: readonly ActiveAlert[];
}

/** Rules that are evaluated together. */
export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  readonly intervalMs: number;
  readonly rules: readonly AlertingRule[];
}

/** The `data` of `/alerts`: https://prometheus.io/docs/prometheus/2.42/querying/api/#alerts */
export function alertsData(groups: readonly RuleGroup[], nowMs: number): object {
  return { alerts: groups.flatMap(({ rules }) => rules.flatMap((rule) => alertsOf(rule, nowMs))) };
}

/** The `data` of `/rules`, of one type if asked: https://prometheus.io/docs/prometheus/2.42/querying/api/#rules */
export function rulesData(groups: readonly RuleGroup[], nowMs: number, type: string): object {
  if (!["", "alert", "record"].includes(type)) {
    throw invalidParameter("type", `not supported value ${JSON.stringify(type)}`);
  }
  return {
    groups: groups.map(({ name, file, intervalMs, rules }) => {
      const lastEvaluation = new Date(Math.floor(nowMs / intervalMs) * intervalMs).toISOString();
      const evaluated = { evaluationTime: 0.0004, lastEvaluation };
      return {
        name,
        file,
        rules:
          type === "record"
            ? []
            : rules.map((rule) => ({ ...ruleData(rule, nowMs), ...evaluated, type: "alerting" })),
        interval: intervalMs / 1000,
        limit: 0,
        ...evaluated,
      };
    }),
  };
}

function ruleData(rule: AlertingRule, nowMs: number): object {
  const alerts = alertsOf(rule, nowMs);
  const state =
    ["firing", "pending"].find((one) => alerts.some((alert) => alert.state === one)) ?? "inactive";
  return {
    state,
    name: rule.name,
    query: rule.expr,
    duration: rule.forMs / 1000,
    keepFiringFor: 0,
    labels: rule.labels,
    annotations: rule.annotations,
    alerts,
    health: "ok",
  };
}

function alertsOf(rule: AlertingRule, nowMs: number) {
  return rule.active.map(({ labels, annotations, activeMs, value }) => ({
    labels,
    annotations,
    state: nowMs - activeMs >= rule.forMs ? "firing" : "pending",
    activeAt: new Date(activeMs).toISOString(),
    // As Go writes it: two digits of exponent at least.
    value: value.toExponential().replace(/e([+-])(\d)$/, "e$10$2"),
  }));
}
