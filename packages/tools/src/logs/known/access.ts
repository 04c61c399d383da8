import type { KnownFailure } from "./known-failure.ts";

export const limitFailures: readonly KnownFailure[] = [
  {
    name: "quota_exceeded",
    code: "rate.limited",
    severity: "critical",
    meaning: "A quota of an account, a project or a namespace is used up.",
    hint: "Check usage against the quota; ask for more or use less.",
    patterns: [
      /quota (?:has been |was |is )?exceeded|exceed(?:ed|s|ing) (?:your |the )?(?:current |allotted )?quota|exceeded quota:/i,
      /insufficient_quota|QuotaExceeded|RESOURCE_EXHAUSTED|(?<!\.)\bLimitExceededException/,
    ],
  },
  {
    name: "rate_limited",
    code: "rate.limited",
    severity: "warning",
    meaning: "Another system takes only so many calls and refuses the rest.",
    hint: "Look for a rise in calls (retries, a batch, a new deploy); back off as Retry-After says.",
    patterns: [
      /too many requests|rate[- ]?limit(?:ed|ing|s)?(?: was| has been| is)?(?: exceeded| reached| hit)|\brate[- ]?limited\b|(?:api|request) rate limit/i,
      /ThrottlingException|ThrottledException|TooManyRequests|RequestLimitExceeded|\bSlowDown\b|rate exceeded|\bthrottled\b|ThroughputExceeded|throttling request took|client-side throttling|limiting requests, excess/i,
      /(?:status|code|http)(?:[ _-]?code)?["']?\s?[:=]?\s?["']?429\b|HTTP\/\d(?:\.\d)?["']? 429\b|\b429\b.{0,40}\b(?:limit|throttl)/i,
    ],
  },
];

export const accessFailures: readonly KnownFailure[] = [
  {
    name: "access_denied",
    code: "app.access_denied",
    severity: "critical",
    meaning: "Who calls is known, and is not allowed to do this.",
    hint: "Check roles, policies and service accounts for a recent change.",
    patterns: [
      /\bforbidden\b|not authorized to perform|\baccess ?denied\b|AccessDenied|insufficient (?:permissions?|privileges?|scopes?)\b/i,
      /cannot (?:get|list|watch|create|update|patch|delete) resource|permission_?denied\b|permission denied for (?:table|relation|schema|database|sequence|function)/i,
      /AuthorizationException|AuthorizationFailed|UnauthorizedOperation|authorization (?:failed|denied)|not authori[sz]ed to (?:access|use|view)/i,
      /(?:status|code|http)(?:[ _-]?code)?["']?\s?[:=]?\s?["']?403\b|HTTP\/\d(?:\.\d)?["']? 403\b/i,
    ],
  },
  {
    name: "unauthenticated",
    code: "app.access_denied",
    severity: "critical",
    meaning: "Credentials are missing, wrong or expired.",
    hint: "Check whether a key or secret was rotated, and when the token expires.",
    patterns: [
      /\bunauthorized\b|\bunauthenticated\b|authentication (?:failed|failure|required|error)|bad ?credentials/i,
      /invalid (?:api[- ]?key|(?:access )?token|credentials|signature|client secret|jwt)|(?:token|jwt|credentials?|session) (?:is |has |have )(?:been )?expired/i,
      /ExpiredToken|TokenExpired|InvalidClientTokenId|SignatureDoesNotMatch|\binvalid_grant\b|unable to (?:load|locate|find) credentials|\b(?:jwt|token) expired\b/i,
      /(?:status|code|http)(?:[ _-]?code)?["']?\s?[:=]?\s?["']?401\b|HTTP\/\d(?:\.\d)?["']? 401\b/i,
    ],
  },
  {
    name: "file_permission",
    code: "app.access_denied",
    severity: "critical",
    meaning: "The process may not read or write a file or use a device.",
    hint: "Check the user it runs as, the volume's owner and the security context for a recent change.",
    patterns: [/permission denied|\bEACCES\b|\bEPERM\b|operation not permitted|PermissionError/i],
  },
];
