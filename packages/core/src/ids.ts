import { customAlphabet } from "nanoid";

/** What an id begins with says what it is of. */
export type IdPrefix = "in" | "inc" | "inv" | "al" | "ev" | "post" | "sync" | "err" | "ses" | "turn" | "out";

// No look-alikes (0/o, 1/l): ids are read aloud on calls. 12 of 32 characters are 60 bits.
const random = customAlphabet("23456789abcdefghjkmnpqrstuvwxyz", 12);

/** A fresh id such as `ev_k3f9a2bqxw7m`. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${random()}`;
}
