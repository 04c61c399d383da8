/** An alert in the words of its own system: who rang, and which rule. */
export interface AlertSeen {
  readonly instance: string;
  readonly type: string;
}

// How many incidents' worth of belief the rule's general habit gets before an instance has its own history.
const PRIOR_INCIDENTS = 3;

export interface AlertHistory {
  /** Bits of an alert: how rarely this one rang on this instance, backing off to how often its rule rings anywhere. */
  bits(alert: AlertSeen): number;
}

/**
 * What earlier incidents rang, without any labels. An alert that rings in every incident says nothing about this one.
 * `instances` is how many could have rung.
 */
export function alertHistory(incidents: readonly (readonly AlertSeen[])[], instances: number): AlertHistory {
  const ofAlert = new Map<string, number>();
  const ofType = new Map<string, number>();
  for (const alerts of incidents) {
    for (const [key, type] of new Map(alerts.map((alert) => [keyOf(alert), alert.type]))) {
      ofAlert.set(key, (ofAlert.get(key) ?? 0) + 1);
      ofType.set(type, (ofType.get(type) ?? 0) + 1);
    }
  }
  const chances = Math.max(1, incidents.length * Math.max(1, instances));
  return {
    bits(alert) {
      const usual = Math.min(1, ((ofType.get(alert.type) ?? 0) + 0.5) / chances);
      const rang = ofAlert.get(keyOf(alert)) ?? 0;
      return Math.max(0, -Math.log2((rang + PRIOR_INCIDENTS * usual) / (incidents.length + PRIOR_INCIDENTS)));
    },
  };
}

function keyOf({ instance, type }: AlertSeen): string {
  return JSON.stringify([instance, type]);
}
