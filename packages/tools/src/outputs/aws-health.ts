import { type Static, Type } from "typebox";
import { NullableString, NullableTime, Time } from "./shared.ts";

export const AwsHealth = Type.Object({
  service: Type.String(),
  events: Type.Array(
    Type.Object({
      arn: Type.String(),
      service: Type.String(),
      region: Type.String(),
      code: Type.String(),
      category: Type.String(),
      status: Type.String(),
      started_at: Time,
      ended_at: NullableTime,
      description: NullableString,
      /** The service's dependencies that run on it. */
      affects: Type.Array(Type.String()),
    }),
  ),
  checked: Type.Array(
    Type.Object({ dependency: Type.String(), aws_service: Type.String(), region: Type.String() }),
  ),
});
export type AwsHealth = Static<typeof AwsHealth>;
