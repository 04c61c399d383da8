/** A log event or a span's start that belongs to a trace. */
export interface TraceEvent {
  readonly trace: string;
  readonly service: string;
  /** What happened, with its variable parts masked: one name for one statement or operation. */
  readonly what: string;
  /** Epoch milliseconds; clocks of services may differ a little. */
  readonly at: number;
}

export interface Step {
  readonly service: string;
  readonly what: string;
  readonly at: number;
}

/** One trace in order of time. */
export interface Trace {
  /** Its first event: traces of one kind take the same way through the system. */
  readonly kind: string;
  readonly start: number;
  readonly steps: readonly Step[];
}

/** Groups events into traces, ordered by time; events without a trace or a time are left out. */
export function tracesOf(events: readonly TraceEvent[]): Trace[] {
  const byTrace = new Map<string, Step[]>();
  for (const { trace, ...step } of events) {
    if (trace === "" || !Number.isFinite(step.at)) continue;
    const steps = byTrace.get(trace);
    if (steps === undefined) byTrace.set(trace, [step]);
    else steps.push(step);
  }
  return [...byTrace.values()].map((unsorted) => {
    const steps = unsorted.sort((a, b) => a.at - b.at);
    const first = steps[0];
    return { kind: `${first?.service}\n${first?.what}`, start: first?.at ?? Number.NaN, steps };
  });
}
