import { type Static, Type } from "typebox";
import { NullableString, Window } from "./shared.ts";

export const AlertHistory = Type.Object({
  service: Type.String(),
  window: Window,
  /** Of the service or of the same alert. */
  total: Type.Integer(),
  /** The same alert first, then the newest. */
  incidents: Type.Array(
    Type.Object({
      id: Type.String(),
      title: Type.String(),
      same_alert: Type.Boolean(),
      severity: Type.String(),
      started_at: Type.String(),
      resolved_at: NullableString,
      cause: Type.Union([
        Type.Object({ service: Type.String(), code: Type.String(), summary: Type.String() }),
        Type.Null(),
      ]),
    }),
  ),
});
export type AlertHistory = Static<typeof AlertHistory>;
