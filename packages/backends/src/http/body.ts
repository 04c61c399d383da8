import type { Checker } from "@oncall/core";
import { notItsProtocol, statusError } from "./failures.ts";
import type { HttpRequest, HttpResponse } from "./types.ts";

/** The text of a 2xx answer; any other status throws. */
export function readText(request: HttpRequest, response: HttpResponse): string {
  if (response.status >= 200 && response.status < 300) return response.text;
  throw statusError(request, response);
}

/** The JSON of a 2xx answer, checked; a page, half a document or another shape throw unavailable. */
export function readJson<T>(request: HttpRequest, response: HttpResponse, shape: Checker<T>): T {
  return fit(request, parseJson(request, readText(request, response)), shape);
}

/** The value if it has the shape that the API promises. */
export function fit<T>(request: HttpRequest, value: unknown, shape: Checker<T>): T {
  try {
    return shape.parse(value, "answer");
  } catch (cause) {
    throw notItsProtocol(request, "JSON of another shape than its API's", cause);
  }
}

export function parseJson(request: HttpRequest, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const start = text.trimStart();
    const what = start === "" ? "an empty body" : start.startsWith("<") ? "a web page" : "broken JSON";
    throw notItsProtocol(request, `${what} instead of JSON`, cause);
  }
}
