import type { KubernetesObject, ResourceName } from "../world/cluster.ts";
import { COLUMNS, type Column, NAME_ONLY } from "./columns.ts";

export interface ListAnswer {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: object;
  readonly items: readonly KubernetesObject[];
}

/** Whether the caller would rather have a Table than the objects, as kubectl's `get` does. */
export function wantsTable(accept: string | undefined): boolean {
  return accept?.split(",")[0]?.includes("as=Table") ?? false;
}

/**
 * The rows that kubectl prints, each with its object's metadata, or as `includeObject` asks; columns of priority 1
 * are for `-o wide`. https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export function tableOf(
  name: ResourceName,
  { kind, apiVersion, metadata, items }: ListAnswer,
  includeObject: string | null,
  now: number,
): object {
  const columns: readonly Column[] = COLUMNS[name] ?? NAME_ONLY;
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: columns.map(({ title, type = "string", wide }) => ({
      ...{ name: title, type, format: title === "Name" ? "name" : "", description: "" },
      priority: wide ? 1 : 0,
    })),
    rows: items.map((item) => ({
      cells: columns.map(({ cell }) => cell(item, now)),
      ...(includeObject === "None" ? {} : { object: rowObject(item) }),
    })),
  };

  function rowObject(item: KubernetesObject): object {
    return includeObject === "Object"
      ? { kind: kind.replace(/List$/, ""), apiVersion, ...item }
      : { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: item.metadata };
  }
}
