import { type Static, Type } from "typebox";
import { NullableString } from "./shared.ts";

export const ResourceOwnerResult = Type.Object({
  id: Type.String(),
  service: Type.String(),
  team: Type.String(),
  type: Type.String(),
  pattern: Type.String(),
  description: NullableString,
  has_live_status: Type.Boolean(),
  why: Type.String(),
  also_matching: Type.Array(Type.Object({ service: Type.String(), pattern: Type.String() })),
});
export type ResourceOwnerResult = Static<typeof ResourceOwnerResult>;

export const ResourceStatus = Type.Object({
  id: Type.String(),
  service: Type.String(),
  team: Type.String(),
  type: Type.String(),
  http_status: Type.Integer(),
  found: Type.Boolean(),
  status: NullableString,
  error: NullableString,
  namespace: NullableString,
  cluster: NullableString,
  /** The owner's answer as it came, redacted; cut with a note when over 8 KiB. */
  body: Type.Unknown(),
});
export type ResourceStatus = Static<typeof ResourceStatus>;
