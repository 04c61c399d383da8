import { AppError } from "@oncall/core";

/** A name that can stand in a path; anything else could leave its place in the URL. */
export function dnsName(name: string): string {
  if (name.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) return name;
  throw new AppError(
    "invalid_input",
    `${JSON.stringify(name)} is not a Kubernetes name: lower-case letters, digits, - and . only.`,
  );
}
