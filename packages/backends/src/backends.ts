import type { AlertmanagerBackend } from "./alertmanager/types.ts";
import type { ArgoCdBackend } from "./argocd/types.ts";
import type { AwsHealthBackend } from "./aws-health/types.ts";
import type { GithubBackend } from "./github/types.ts";
import type { KubernetesBackend } from "./kubernetes/types.ts";
import type { LogsBackend } from "./opensearch/types.ts";
import type { MetricsBackend } from "./prometheus/types.ts";
import type { ResourceApiBackend } from "./resource-api/types.ts";

/** The systems that tools read. One that is not configured is undefined, and its tools answer `not_configured`. */
export interface Backends {
  readonly metrics?: MetricsBackend | undefined;
  readonly logs?: LogsBackend | undefined;
  readonly kubernetes?: KubernetesBackend | undefined;
  readonly github?: GithubBackend | undefined;
  readonly argocd?: ArgoCdBackend | undefined;
  readonly alertmanager?: AlertmanagerBackend | undefined;
  readonly awsHealth?: AwsHealthBackend | undefined;
  readonly resources?: ResourceApiBackend | undefined;
}
