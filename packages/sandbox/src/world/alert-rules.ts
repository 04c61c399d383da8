import type { AcmeData, AlertRule } from "../data/types.ts";
import { parseDurationMs } from "../prometheus/duration.ts";
import type { RuleGroup } from "../prometheus/index.ts";
import type { FiringAlert } from "./alerts.ts";

/** Acme's rules as its Prometheus holds them, with the alerts that each has raised and that have not ended. */
export function ruleGroups(acme: AcmeData, alerts: readonly FiringAlert[], nowMs: number): RuleGroup[] {
  const rules = Object.entries(acme.alertRules).map(([name, rule]) => ({
    name,
    expr: rule.expr,
    forMs: forMs(rule),
    labels: { severity: rule.severity },
    annotations: { summary: template(rule.summary, rule), description: template(rule.description, rule) },
    active: alerts
      .filter(({ labels, endsMs }) => labels.alertname === name && (endsMs === null || endsMs > nowMs))
      .map(({ labels, annotations, startsMs, value }) => ({
        ...{ labels, annotations, value },
        activeMs: startsMs - forMs(rule),
      })),
  }));
  return [{ name: "acme", file: "/etc/prometheus/rules/acme.yaml", intervalMs: 30_000, rules }];
}

function forMs(rule: AlertRule): number {
  return parseDurationMs(rule.for) ?? 0;
}

/** The text as Prometheus templates it: a service is known by the first label that names it. */
function template(text: string, { labels }: AlertRule): string {
  const subject = labels.find((label) => ["job", "container", "deployment"].includes(label)) ?? "namespace";
  return text.replace(/\$\{(\w+)\}/g, (_, key: string) =>
    key === "value" ? "{{ $value }}" : `{{ $labels.${key === "service" ? subject : key} }}`,
  );
}
