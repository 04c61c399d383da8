import { AppError } from "@oncall/core";

const PLACEHOLDER = `\${id}`;
const MAX_ID_LENGTH = 512;

/**
 * The URL for one id. The id is percent-encoded into the path or query of the template and can change no other
 * part of it. Throws invalid_input when it could, or when one of both is missing.
 */
export function fillTemplate(template: string, id: string | undefined): URL {
  const filled = template.includes(PLACEHOLDER)
    ? template.replaceAll(PLACEHOLDER, () => encodeId(id))
    : template;
  const origin = /^https?:\/\/[^/?#\\]*/i.exec(template)?.[0];
  if (origin === undefined || origin.includes("$") || !URL.canParse(filled)) {
    throw new AppError(
      "invalid_input",
      `${JSON.stringify(template)} is not an http(s) URL with ${PLACEHOLDER} in its path or query; correct it in service.yaml.`,
    );
  }
  return new URL(filled);
}

function encodeId(id: string | undefined): string {
  // Encoding does not help against dots alone: a URL's parser also folds %2e%2e.
  if (
    id === undefined ||
    id === "" ||
    id.length > MAX_ID_LENGTH ||
    /^\.+$/.test(id) ||
    /\p{Surrogate}/u.test(id)
  ) {
    throw new AppError(
      "invalid_input",
      `${JSON.stringify(id?.slice(0, 60) ?? null)} is not a resource id: 1 to ${MAX_ID_LENGTH} characters, and not dots alone.`,
    );
  }
  return encodeURIComponent(id);
}
