import { AppError } from "@oncall/core";
import { type HttpRequest, type HttpResponse, rateLimited } from "../http/index.ts";

/** JSON 1.1 services say what went wrong in `__type`, mostly under status 400. */
export function throwKnownFailure(request: HttpRequest, response: HttpResponse): void {
  if (response.status < 400) return;
  const type = errorType(response.text);
  if (type === "SubscriptionRequiredException") {
    throw new AppError(
      "not_configured",
      "The AWS Health API needs a Business or Enterprise support plan, which this AWS account does not have; remove its keys from the configuration or use another account.",
    );
  }
  if (
    /^(UnrecognizedClient|InvalidSignature|IncompleteSignature|ExpiredToken|MissingAuthenticationToken|InvalidClientTokenId|SignatureDoesNotMatch)/.test(
      type,
    )
  ) {
    throw new AppError(
      "unauthenticated",
      `AWS Health refused our signature (${type}); check the AWS access key, its secret and this machine's clock.`,
    );
  }
  if (/^AccessDenied/.test(type)) {
    throw new AppError(
      "denied",
      "AWS Health denied access; grant health:DescribeEvents and health:DescribeEventDetails to our AWS user or role.",
    );
  }
  if (/^(Throttling|TooManyRequests)/.test(type)) throw rateLimited(request, undefined);
}

function errorType(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    const type: unknown =
      typeof parsed === "object" && parsed !== null ? Reflect.get(parsed, "__type") : undefined;
    return typeof type === "string" ? type.replace(/^.*#/, "") : "";
  } catch {
    return "";
  }
}
