/** One call of a tool and what it printed. */
export interface ToolOutput {
  readonly tool: string;
  readonly params: Readonly<Record<string, unknown>> | null;
  readonly output: string;
}

/**
 * The tools' outputs as a terminal would show them: each under the command that the tool runs. Tools that are no kubectl
 * (another product's store, a broker's API) stand under their own name.
 */
export function terminalOf(outputs: readonly ToolOutput[]): string {
  return outputs
    .map(({ tool, params, output }) => `$ ${commandOf(tool, params ?? {})}\n${unwrapped(output)}\n`)
    .join("\n");
}

function commandOf(tool: string, params: Readonly<Record<string, unknown>>): string {
  const word = (name: string): string => (typeof params[name] === "string" ? String(params[name]) : "");
  const namespace = word("namespace") === "" ? "" : ` -n ${word("namespace")}`;
  const kind = word("kind") || word("resource_type");
  const name = word("name") || word("pod_name") || word("resource_name");
  switch (tool) {
    case "kubectl_describe":
      return `kubectl describe ${kind} ${name}${namespace}`;
    case "kubectl_get_yaml":
      return `kubectl get ${kind} ${name}${namespace} -o yaml`;
    case "kubectl_get_by_name":
      return `kubectl get ${kind} ${name}${namespace} -o wide`;
    case "kubectl_get_by_kind_in_namespace":
      return `kubectl get ${kind}${namespace} -o wide`;
    case "kubectl_get_by_kind_in_cluster":
      return `kubectl get ${kind} -A -o wide`;
    case "kubectl_find_resource":
      return `kubectl get ${kind} -A -o wide | grep ${word("keyword")}`;
    case "kubectl_events":
      return `kubectl events --for ${kind}/${name}${namespace}`;
    case "fetch_pod_logs":
    case "kubectl_logs":
    case "kubectl_logs_all_containers":
      return `kubectl logs ${name}${namespace}`;
    case "kubectl_previous_logs":
    case "kubectl_previous_logs_all_containers":
      return `kubectl logs ${name}${namespace} --previous`;
    default:
      return `${tool} ${Object.values(params).join(" ")}`;
  }
}

/** The recorder wraps what a command printed in its streams' names, and at times in quotes. */
function unwrapped(output: string): string {
  return output
    .replace(/^Command `[^`]*` failed with return code \d+\n/, "")
    .replace(/^stdout:\n/, "")
    .replace(/\n*stderr:\n[\s\S]*$/, "")
    .replace(/^\s?"(?:data": ")?/, "")
    .replace(/"\s*$/, "")
    .replaceAll('\\"', '"')
    .replaceAll("\\t", "\t");
}
