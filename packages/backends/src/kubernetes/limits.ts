/** The most that one answer holds; as many may mean that there are more. */
export const KUBERNETES_LIMITS = { pods: 2_000, replicaSets: 500, events: 1_000 } as const;
