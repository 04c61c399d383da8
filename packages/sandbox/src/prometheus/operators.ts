const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "^": power,
  atan2: Math.atan2,
};

const COMPARE: Record<string, (a: number, b: number) => boolean> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
};

/** Applies an operator to two numbers: a comparison answers whether it holds, arithmetic its result. */
export function applyOperator(op: string, left: number, right: number): number | boolean {
  return COMPARE[op]?.(left, right) ?? ARITHMETIC[op]?.(left, right) ?? Number.NaN;
}

/**
 * Arithmetic makes a new quantity, without the metric's name; filters keep it. So does `atan2` in 2.42, by an
 * oversight that this server shares.
 */
export function dropsName(op: string, bool: boolean): boolean {
  return bool || ["+", "-", "*", "/", "%", "^"].includes(op);
}

/** IEEE 754 as Go has it: one to any power is one, and so is minus one to an infinite power. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent))) return 1;
  return base ** exponent;
}
