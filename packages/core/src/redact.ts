const MARK = "[redacted]";

interface Rule {
  /** What every match holds: a text without it is not searched. */
  readonly mark?: string | RegExp;
  readonly pattern: RegExp;
  readonly replace: string;
}

// Each expression is linear: no nested quantifiers, bounded repeats.
const rules: readonly Rule[] = [
  {
    mark: "-----BEGIN",
    pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{1,8192}?-----END [A-Z ]{0,30}PRIVATE KEY-----/g,
    replace: MARK,
  },
  { pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, replace: MARK },
  { mark: "gh", pattern: /\bgh[pousr]_[A-Za-z0-9]{30,255}\b/g, replace: MARK },
  { mark: "github_pat_", pattern: /\bgithub_pat_[A-Za-z0-9_]{22,255}\b/g, replace: MARK },
  { mark: "xox", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,255}/g, replace: MARK },
  { mark: "xapp-", pattern: /\bxapp-[A-Za-z0-9-]{10,255}/g, replace: MARK },
  { mark: "sk-", pattern: /\bsk-[A-Za-z0-9_-]{16,255}/g, replace: MARK },
  { mark: "k_live_", pattern: /\b[sr]k_live_[A-Za-z0-9]{16,255}/g, replace: MARK },
  { mark: "glpat-", pattern: /\bglpat-[A-Za-z0-9_-]{20,255}/g, replace: MARK },
  {
    mark: "eyJ",
    pattern: /\beyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{8,1024}/g,
    replace: MARK,
  },
  { pattern: /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/-]{8,4096}={0,2}/gi, replace: `$1 ${MARK}` },
  // user:password@host in any URL
  {
    mark: "://",
    pattern: /\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,128}):[^\s/@]{1,256}@/gi,
    replace: `$1:${MARK}@`,
  },
  {
    mark: /passw|secret|key|token/i,
    pattern:
      /\b([A-Za-z0-9_.-]{0,64}(?:password|passwd|secret|api[_-]?key|access[_-]?key|auth[_-]?token|private[_-]?key|client[_-]?secret))(["']?\s{0,4}[:=]\s{0,4}["']?)(?!\[redacted\])[^\s"',;&}]{1,512}/gi,
    replace: `$1$2${MARK}`,
  },
  { mark: "-", pattern: /\b\d{3}-\d{2}-\d{4}\b/g, replace: MARK },
];

const cardCandidate = /\b\d(?:[ -]?\d){12,18}\b/g;
const secretKey =
  /(?:password|passwd|secret|api_?key|access_?key|auth_?token|private_?key|authorization|cookie)$/i;

/** No rule matches less: most strings of a result are names and levels, and are left alone at once. */
const SHORTEST = 8;

/** A text without keys, tokens, passwords, card and social-security numbers. */
export function redact(text: string): string {
  if (text.length < SHORTEST) return text;
  let out = text;
  for (const { mark, pattern, replace } of rules) {
    if (mark === undefined || holds(out, mark)) out = out.replace(pattern, replace);
  }
  return out.replace(cardCandidate, (digits) => (isCardNumber(digits) ? MARK : digits));
}

function holds(text: string, mark: string | RegExp): boolean {
  return typeof mark === "string" ? text.includes(mark) : mark.test(text);
}

/** The same over every string of a JSON value; a value under a key that names a secret goes whole. */
export function redactValue<T>(value: T): T {
  return walk(value, 0) as T;
}

const MAX_DEPTH = 64;

function walk(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redact(value);
  if (value === null || typeof value !== "object") return value;
  if (depth >= MAX_DEPTH) return "[cut: nested too deeply]";
  if (Array.isArray(value)) return value.map((item) => walk(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      secretKey.test(key) && typeof item === "string" ? MARK : walk(item, depth + 1),
    ]),
  );
}

/** Luhn's check, and a first digit that card networks use; long ids and timestamps mostly fail it. */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  if (digits.length < 13 || digits.length > 19 || !/^[3-6]/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
