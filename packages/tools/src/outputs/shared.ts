import { Type } from "typebox";

export const Time = Type.String({ description: "ISO 8601, UTC" });
export const NullableTime = Type.Union([Time, Type.Null()]);
export const NullableNumber = Type.Union([Type.Number(), Type.Null()]);
export const NullableString = Type.Union([Type.String(), Type.Null()]);
export const Window = Type.Object({ from: Time, to: Time });
