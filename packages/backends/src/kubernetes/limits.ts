/** The most that one answer holds; as many may mean that there are more. */
export const KUBERNETES_LIMITS = {
  pods: 2_000,
  replicaSets: 500,
  events: 1_000,
  objects: 500,
  /** A node's object is large; those of certain names are asked for one by one. */
  nodes: 100,
} as const;
