import { readdirSync } from "node:fs";
import { estimateTokens } from "@oncall/core";
import { describe, expect, test } from "vitest";
import { readTools } from "./index.ts";

const notTools = ["index.ts", "inputs.ts"];
const files = readdirSync(new URL(".", import.meta.url)).filter(
  (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !notTools.includes(file),
);

interface Field {
  readonly description?: string;
}

test("the registry's list is the folder", () => {
  expect(readTools.map((tool) => `${tool.name.replaceAll("_", "-")}.ts`).sort()).toEqual(files.sort());
});

test("there are the sixteen of the specification, and the first of the later wave", () => {
  expect(readTools).toHaveLength(17);
});

test("the block that the model is sent stays under 4,500 tokens", () => {
  const block = readTools.map(({ name, description, input }) => ({ name, description, input_schema: input }));
  expect(estimateTokens(JSON.stringify(block))).toBeLessThan(4_500);
});

describe.each(readTools.map((tool) => [tool.name, tool] as const))("%s", (_, tool) => {
  const input = tool.input as {
    type?: string;
    additionalProperties?: boolean;
    properties?: Record<string, Field>;
  };

  test("says in one or two sentences what it answers", () => {
    expect(tool.description.length).toBeGreaterThan(40);
    expect(tool.description.length).toBeLessThan(320);
    expect(tool.description).toMatch(/\.$/);
  });

  test("takes an object of described fields and no others", () => {
    expect(input.type).toBe("object");
    expect(input.additionalProperties).toBe(false);
    for (const [name, field] of Object.entries(input.properties ?? {})) {
      expect(field.description, `description of ${name}`).toMatch(/.{4,120}/);
    }
  });

  test("publishes an object as its output", () => {
    expect(tool.output).toMatchObject({ type: "object" });
  });
});
