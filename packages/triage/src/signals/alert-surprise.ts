/** An alert in the words of its own system: who rang, and which rule. */
export interface AlertSeen {
  readonly instance: string;
  readonly type: string;
}

export interface AlertHistory {
  /**
   * Bits of an alert: how rarely this rule rang on this instance in other incidents, backing off to how often it rings
   * anywhere. `own` are the alerts of the incident at hand where the history holds it already: it is left out.
   */
  bits(alert: AlertSeen, own?: readonly AlertSeen[]): number;
}

// How many incidents' worth of belief a rule's general habit gets before an instance has a history of its own.
const PRIOR_INCIDENTS = 3;

/**
 * What earlier incidents rang, without any labels. An alert that rings in every incident says nothing about this one.
 * `instances` is how many could have rung.
 */
export function alertHistory(incidents: readonly (readonly AlertSeen[])[], instances: number): AlertHistory {
  const all = new Tally();
  for (const alerts of incidents) all.add(alerts);
  let last: { own: readonly AlertSeen[]; tally: Tally } | null = null;
  return {
    bits(alert, own = []) {
      if (last?.own !== own) last = { own, tally: new Tally().add(own) };
      const left = own.length > 0 ? last.tally : new Tally();
      const others = incidents.length - (own.length > 0 ? 1 : 0);
      const everywhere = all.ofType(alert) - left.ofType(alert);
      const usual = Math.min(1, (everywhere + 0.5) / Math.max(1, others * instances));
      const rang = all.ofAlert(alert) - left.ofAlert(alert);
      return Math.max(0, -Math.log2((rang + PRIOR_INCIDENTS * usual) / (others + PRIOR_INCIDENTS)));
    },
  };
}

/** In how many incidents each alert rang; of one incident an alert counts once, however often it rang. */
class Tally {
  private readonly alerts = new Map<string, number>();
  private readonly types = new Map<string, number>();

  add(alerts: readonly AlertSeen[]): this {
    for (const [key, type] of new Map(alerts.map((alert) => [keyOf(alert), alert.type]))) {
      this.alerts.set(key, (this.alerts.get(key) ?? 0) + 1);
      this.types.set(type, (this.types.get(type) ?? 0) + 1);
    }
    return this;
  }

  ofAlert(alert: AlertSeen): number {
    return this.alerts.get(keyOf(alert)) ?? 0;
  }

  ofType({ type }: AlertSeen): number {
    return this.types.get(type) ?? 0;
  }
}

function keyOf({ instance, type }: AlertSeen): string {
  return `${instance}\n${type}`;
}
