/** Puts names of the moment where a scenario's text has `${pod}`, `${image}` and the like; others stay as they are. */
export function fillNames(text: string, names: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole);
}
