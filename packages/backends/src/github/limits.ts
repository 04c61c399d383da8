/** The most that one answer holds; as many may mean that there are more. */
export const GITHUB_LIMITS = { commits: 100, files: 300, deployments: 50 } as const;
