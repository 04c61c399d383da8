import type { Variable } from "./config-kinds.ts";
import { variables } from "./config-variables.ts";

/** One setting as the documents show it. */
export interface ConfigVariable {
  readonly name: string;
  readonly section: string;
  /** Its name below the section in config.yaml. */
  readonly key: string;
  readonly default?: string;
  readonly secret: boolean;
  readonly description: string;
}

/** Every environment variable; README and `.env.example` are made from it, and a test keeps them so. */
export const configVariables: readonly ConfigVariable[] = Object.entries<Variable>(variables).map(
  ([name, { section, key, secret, description, default: preset }]) => ({
    name,
    section,
    key,
    secret,
    description,
    ...(preset === undefined ? {} : { default: preset }),
  }),
);

/** The whole `.env.example`: every variable empty or at its default, under its description. */
export function renderEnvExample(): string {
  const sections = [...new Set(configVariables.map(({ section }) => section))];
  const blocks = sections.map((section) => {
    const lines = configVariables
      .filter((variable) => variable.section === section)
      .flatMap(({ name, description, default: preset = "" }) => [
        `# ${plain(description)}`,
        `${name}=${preset}`,
      ]);
    return [`# --- ${section} ---`, ...lines].join("\n");
  });
  return `# An empty value is an unset one. The same settings may stand in config.yaml, by section.\n\n${blocks.join("\n\n")}\n`;
}

/** The README's table of every variable, in Markdown. */
export function renderEnvTable(): string {
  const rows = configVariables.map(
    ({ name, section, key, default: preset, description }) =>
      `| \`${name}\` | \`${section}.${key}\` | ${preset === undefined ? "" : `\`${preset}\``} | ${description.replaceAll("|", "\\|")} |`,
  );
  return [
    "| Variable | in config.yaml | Default | What it is |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function plain(markdown: string): string {
  return markdown.replaceAll("`", "");
}
