const ESCAPES: Record<string, string> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** The value of a quoted PromQL string; `undefined` when it is unterminated or holds a bad escape. */
export function unquote(literal: string): string | undefined {
  const quote = literal[0] ?? "";
  if (literal.length < 2 || !literal.endsWith(quote)) return undefined;
  const body = literal.slice(1, -1);
  if (quote === "`") return body;
  let valid = true;
  const value = body.replace(
    /\\(?:([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]|$))/g,
    (_, octal?: string, hex?: string, u4?: string, u8?: string, char?: string) => {
      if (char === undefined)
        return String.fromCodePoint(Number.parseInt(octal ?? hex ?? u4 ?? u8 ?? "", octal ? 8 : 16));
      valid &&= char in ESCAPES;
      return ESCAPES[char] ?? "";
    },
  );
  return valid ? value : undefined;
}

/** The value of a PromQL number: decimal, exponent, hexadecimal, `Inf` or `NaN` in any case. */
export function parseNumber(literal: string): number | undefined {
  const text = literal.toLowerCase();
  const sign = text.startsWith("-") ? -1 : 1;
  const digits = text.replace(/^[+-]/, "");
  if (digits === "nan") return Number.NaN;
  if (digits === "inf") return sign * Number.POSITIVE_INFINITY;
  if (/^0x[0-9a-f]+$/.test(digits) || /^([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/.test(digits)) {
    return sign * Number(digits);
  }
  return undefined;
}

/** A sample's value as the API writes it: the shortest digits that read back as the same number. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  return String(value).replace(/e([+-])([0-9])$/, "e$10$2");
}

/** As `formatValue`, never with an exponent: how scalars and `count_values` labels are written. */
export function formatPlain(value: number): string {
  const text = formatValue(value);
  const parts = /^(-?)([0-9])(?:\.([0-9]+))?e([+-][0-9]+)$/.exec(text);
  if (!parts) return text;
  const [, sign = "", lead = "", fraction = "", power = "0"] = parts;
  const digits = lead + fraction;
  const exponent = Number(power);
  return exponent < 0
    ? `${sign}0.${"0".repeat(-exponent - 1)}${digits}`
    : `${sign}${digits.padEnd(exponent + 1, "0")}`;
}
