import { Type } from "typebox";

/** Parts of inputs that several tools share, so that the model learns them once. */
export const ServiceName = Type.String({
  minLength: 1,
  maxLength: 120,
  description: "Service name as in the catalog, e.g. order-service",
});

export const WindowInputs = {
  from: Type.Optional(
    Type.String({ format: "date-time", description: "Start, ISO 8601; default 60 minutes before `to`" }),
  ),
  to: Type.Optional(Type.String({ format: "date-time", description: "End, ISO 8601; default now" })),
};

/** A name of an object in Kubernetes. */
export const KubernetesName = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 253, description }));

/** Pods by the service they are of, or by where they are. */
export const PodPlace = {
  service: KubernetesName("Service name; or give cluster and namespace"),
  cluster: KubernetesName("Cluster name"),
  namespace: KubernetesName("Namespace"),
};

export const Depth = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 10, description: "How many steps to follow; default 1 (direct only)" }),
);

export const ResourceId = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "Business id, e.g. ord-1234",
});
