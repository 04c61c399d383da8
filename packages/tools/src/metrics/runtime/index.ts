import { container } from "./container.ts";
import { dotnet } from "./dotnet.ts";
import { go } from "./go.ts";
import { jvm } from "./jvm.ts";
import { node } from "./node.ts";
import { process } from "./process.ts";
import { python } from "./python.ts";
import type { Runtime } from "./signal.ts";

const languages: readonly Runtime[] = [jvm, go, node, python, dotnet];

/** What to look for in a service of this language: its runtime, all of them where none is given, and what all have. */
export function runtimesFor(language: string | undefined): Runtime[] {
  const own = languages.filter((runtime) => language === undefined || runtime.language === language);
  return [...own, process, container];
}
