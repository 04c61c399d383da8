import type { KeyPath, Problem } from "./problem.ts";
import type { YamlFile } from "./read-yaml.ts";
import type { ServiceDefinition } from "./types.ts";

/** What a schema cannot say: doubles, contradictions, expressions that do not compile. */
export function senseErrors(definition: ServiceDefinition, file: YamlFile): Problem[] {
  const { dependencies, resources, observability } = definition;
  return [
    ...doubles(
      dependencies.map((d) => d.name.toLowerCase()),
      (i) => ["dependencies", i, "name"],
      file,
    ),
    ...doubles(
      resources.map((r) => r.pattern),
      (i) => ["resources", i, "pattern"],
      file,
    ),
    ...doubles(
      observability.logPatterns.map((p) => p.name),
      (i) => ["observability", "log_patterns", i, "name"],
      file,
    ),
    ...dependencies.flatMap((dependency, i) => dependencyErrors(definition, dependency, i, file)),
    ...observability.logPatterns.flatMap(({ pattern }, i) => {
      const fault = expressionFault(pattern);
      return fault === null
        ? []
        : [file.at(["observability", "log_patterns", i, "pattern"], fault.message, fault.mend)];
    }),
  ];
}

/** What works, but less well than it could. */
export function senseWarnings(definition: ServiceDefinition, file: YamlFile): Problem[] {
  return definition.resources.flatMap((resource, i) =>
    resource.handlerUrl === undefined
      ? [
          file.at(
            ["resources", i, "handler_url"],
            `Nobody can ask for the live state of a ${resource.type}.`,
            "Add handler_url, an address that answers JSON about one id.",
          ),
        ]
      : [],
  );
}

/** Postgres and terminals choke on these, and no name needs them. */
export function textErrors(file: YamlFile): Problem[] {
  const found: Problem[] = [];
  const visit = (value: unknown, path: KeyPath): void => {
    if (typeof value === "string" && /\0|\p{Cs}/u.test(value)) {
      found.push(
        file.at(
          path,
          "The text holds a character that cannot be stored.",
          "Remove \\0 and unpaired \\u escapes.",
        ),
      );
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, [...path, index]);
    } else if (value !== null && typeof value === "object") {
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
    }
  };
  visit(file.value, []);
  return found;
}

function doubles(values: readonly string[], pathOf: (index: number) => KeyPath, file: YamlFile): Problem[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    if (first === index) return [];
    const { line } = file.at(pathOf(first), "", "");
    return [
      file.at(pathOf(index), `"${value}" is listed twice; first on line ${line}.`, "Keep one of them."),
    ];
  });
}

function dependencyErrors(
  definition: ServiceDefinition,
  dependency: ServiceDefinition["dependencies"][number],
  index: number,
  file: YamlFile,
): Problem[] {
  const at = (key: string, message: string, mend: string) =>
    file.at(["dependencies", index, key], message, mend);
  const found: Problem[] = [];
  if (dependency.name.toLowerCase() === definition.name) {
    found.push(
      at(
        "name",
        `"${definition.name}" depends on itself.`,
        "Remove this dependency, or name the other service.",
      ),
    );
  }
  if (dependency.type === "internal" && !/^[a-z0-9-]{1,63}$/.test(dependency.name)) {
    found.push(
      at(
        "name",
        `"${dependency.name}" cannot be the name of a service.`,
        "Write the name as in the other service's service.yaml: lower-case letters, digits and hyphens.",
      ),
    );
  }
  if (dependency.awsHosted) {
    if (dependency.awsService === undefined) {
      found.push(
        at("aws_service", "AWS hosts it, but aws_service is missing.", "Add aws_service, such as rds."),
      );
    }
    if (dependency.awsRegion === undefined) {
      found.push(
        at("aws_region", "AWS hosts it, but aws_region is missing.", "Add aws_region, such as us-east-1."),
      );
    }
  }
  return found;
}

// A repeat inside a repeated group is how an expression comes to take for ever on one long line.
const nestedRepeat = /\([^()]*(?:[*+]|\{\d+,\}?)[^()]*\)(?:[*+]|\{\d+,)/;

function expressionFault(pattern: string): { message: string; mend: string } | null {
  if (nestedRepeat.test(pattern)) {
    return {
      message: "The expression repeats a group that repeats inside; on a long line it can take for ever.",
      mend: "Use one repeat, such as a+ for (a+)+.",
    };
  }
  try {
    new RegExp(pattern, "i");
    return null;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const mend = pattern.startsWith("(?i)")
      ? "Remove (?i): upper and lower case are the same already."
      : 'Escape special characters with \\, as in "limit \\(5\\)".';
    return { message: `It is not a regular expression: ${detail}.`, mend };
  }
}
