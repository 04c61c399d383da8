import { alerts } from "./alerts.ts";
import { incidentsOpensre } from "./incidents-opensre.ts";
import { k8sArgo } from "./k8s-argo.ts";
import { k8sHolmes } from "./k8s-holmes.ts";
import { k8sK8sgpt } from "./k8s-k8sgpt.ts";
import { k8sReal } from "./k8s-real.ts";
import { k8sTroubleshoot } from "./k8s-troubleshoot.ts";
import { logs } from "./logs.ts";
import { rcaNezha } from "./rca-nezha.ts";
import { rcaPetshop } from "./rca-petshop.ts";
import { rcaSockshop } from "./rca-sockshop.ts";
import { rcaTvdiag } from "./rca-tvdiag.ts";
import type { Task } from "./task.ts";
import { timeseries } from "./timeseries.ts";

/** Every task, one file each. */
export const tasks: readonly Task[] = [
  incidentsOpensre,
  alerts,
  k8sArgo,
  k8sHolmes,
  k8sK8sgpt,
  k8sReal,
  k8sTroubleshoot,
  logs,
  rcaNezha,
  rcaPetshop,
  rcaSockshop,
  rcaTvdiag,
  timeseries,
];
