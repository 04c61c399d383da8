import { type Known, mentioned, type Subject, subjectOf } from "./subject.ts";

/** What a lookup answers from one tool. */
export type Lookup =
  | { readonly ask: SubjectLookup; readonly subject: Subject }
  | { readonly ask: "services"; readonly team: string | null }
  /** The question is a lookup, but of what is not said and nothing was spoken of before. */
  | { readonly ask: "unclear" };

export type SubjectLookup =
  | "owner"
  | "on_call"
  | "dependents"
  | "dependencies"
  | "deploys"
  | "status"
  | "about";

/** Who answers a question: a tool, the first look and the strong model, or the small model. */
export type Route =
  | { readonly kind: "lookup"; readonly lookup: Lookup }
  | {
      readonly kind: "diagnosis";
      /** Null when the question names nothing that is known. */
      readonly subject: Subject | null;
      /** A command to look again; a question about trouble may be answered from what was found before. */
      readonly commanded: boolean;
    }
  | { readonly kind: "question"; readonly subject: Subject | null };

/**
 * Decides by rules alone, so that it costs nothing and says the same each time. A lookup is taken as one only when the
 * whole sentence is one: "who owns order-service and why is it slow" is not. `spokenOf` is what pronouns mean.
 */
export function routeQuestion(question: string, known: Known, spokenOf: string | null): Route {
  const text = bare(question);
  const lookup = lookupOf(text, known, spokenOf);
  if (lookup !== null) return { kind: "lookup", lookup };
  const command = /^\/?(?:diagnose|investigate|debug|troubleshoot|triage|look into|analy[sz]e)\b/i.test(text);
  const subject = mentioned(text, known) ?? (spokenOf === null ? null : subjectOf(spokenOf, known));
  return command || isTrouble(text)
    ? { kind: "diagnosis", subject, commanded: command }
    : { kind: "question", subject };
}

const politeness =
  /^(?:(?:hey|hi|hello|ok|okay|so|and|please|pls|oncall)[,!:]?|(?:can|could|would|will) you(?: please)?(?: tell me| show me| find out| look up| check)?|do you know|tell me(?! about)|show me|give me|i (?:need|want|would like) to know)\s+/i;
const trailing =
  /(?:[\s?!.,]|\b(?:please|pls|right now|now|currently|at the moment|today|again|thanks|thank you))+$/i;

/** The question without what makes it polite. */
function bare(question: string): string {
  let text = question
    .slice(0, MAX_ROUTED)
    .replace(/[‘’]/g, "'")
    .replace(/[“”"`]/g, "")
    .replace(/\s+/g, " ")
    .trim();
  for (let rest = text.replace(politeness, ""); rest !== text; rest = text.replace(politeness, ""))
    text = rest;
  return text.replace(trailing, "");
}

/** Longer texts are no lookups; their beginning says what they are. */
const MAX_ROUTED = 500;

/** What is asked, and the sentences that ask it; `S` is the subject. Read from the top. */
const forms: readonly (readonly [SubjectLookup, readonly string[]])[] = [
  [
    "owner",
    [
      "(?:who|which team|what team|which service|what service) (?:owns|maintains|looks after|is responsible for|is the owner of) S",
      "(?:who is |who's |what is )?(?:the )?owner (?:of|for) S",
      "(?:which|what) (?:team|service) does S belong to",
    ],
  ],
  [
    "on_call",
    [
      "(?:who is|who's|whos) (?:on[- ]?call|on duty|on pager)(?: for S)?",
      "(?:who|whom) (?:do|should|can|must) (?:i|we) (?:page|call|contact|ping|wake|escalate to)(?: (?:for|about) S)?",
      "(?:what is |what's )?(?:the )?(?:escalation path|escalation|pager|pager alias|on[- ]?call)(?: (?:of|for) S)?",
    ],
  ],
  [
    "dependents",
    [
      "(?:what|who|which services?) (?:all )?(?:depends?|relies|rely) on S",
      "(?:what|who|which services?) (?:uses?|calls?|needs?) S",
      "(?:what is |what's |what are )?(?:the )?(?:dependents|blast radius|consumers|callers) (?:of|for) S",
      "(?:what|who|which services?) (?:is|are|would be|will be|gets?) (?:affected|impacted|hit) (?:if|when|by) S(?: (?:goes down|is down|fails|breaks|is gone|dies))?",
      "what breaks (?:if|when) S (?:goes down|is down|fails|breaks|is gone|dies)",
    ],
  ],
  [
    "dependencies",
    [
      "(?:what|which services?|who) (?:does|do) S (?:depend|rely) on",
      "(?:what|which services?|who) (?:does|do) S (?:use|need|call)",
      "(?:list |what are )?(?:the )?dependencies (?:of|for) S",
    ],
  ],
  [
    "deploys",
    [
      "(?:list |what are |what were |what is |what was )?(?:the |any )?(?:recent|latest|last) (?:deploys?|deployments?|changes?|releases?|rollouts?)(?: (?:of|to|for|in|on) S)?",
      "(?:any|(?:were|are) there any|list) (?:recent )?(?:deploys?|deployments?|changes?|releases?|rollouts?) (?:of|to|for|in|on) S",
      "(?:what|what has|what was|what got|what's)(?: been)?(?: recently)? (?:deployed|changed|released|shipped|rolled out)(?: recently)?(?: (?:of|to|for|in|on|with) S)?(?: recently)?",
      "(?:when|who)(?: was)?(?: last)? (?:deployed|changed|released) S(?: last)?",
      "when was S (?:last )?(?:deployed|changed|released)",
    ],
  ],
  [
    "status",
    [
      "(?:what is |what's |check )?(?:the )?(?:current |live )?(?:status|state|health)(?: (?:of|for) S)?",
      "how (?:is|are) S(?: doing)?",
      "is S (?:up|ok|okay|healthy|alive|well|fine)",
      "check S",
      "(?:what is |what's )?(?:the )?(?:current )?(?:error rate|error ratio|latency|p9[59]|traffic|request rate|availability)(?: (?:of|for|on) S)?",
    ],
  ],
  [
    "about",
    [
      "(?:what|who) (?:is|are) S",
      "(?:tell me about|describe) S",
      "what does S do",
      "(?:what is |what's |what are |where is |where are |which is )?(?:the )?(?:slack channel|channel|repo|repository|runbooks?|dashboard|namespace|cluster|language|workload|catalog entry) (?:of|for) S",
      "where does S run",
    ],
  ],
];

const patterns = forms.flatMap(([ask, sentences]) =>
  sentences.map((sentence) => ({
    ask,
    pattern: new RegExp(`^${sentence.replace(/\bS\b/, "(?<subject>.{1,120}?)")}$`, "i"),
  })),
);

const serviceLists = [
  /^(?:list|show|what are|which are)? ?(?:all )?(?:the |our )?services(?: (?:of|owned by|for|in|from|by) (?:the )?(?:team )?(?<team>[\w-]{1,80})(?: team)?)?$/i,
  /^(?:which|what) services (?:does|do) (?:the )?(?:team )?(?<team>[\w-]{1,80})(?: team)? (?:own|have|run|maintain)$/i,
  /^(?:which|what) services are there$/i,
];

function lookupOf(text: string, known: Known, spokenOf: string | null): Lookup | null {
  for (const pattern of serviceLists) {
    const match = pattern.exec(text);
    if (match !== null) return { ask: "services", team: match.groups?.team ?? null };
  }
  // A name or an id alone asks how it is.
  const alone = subjectOf(text, known);
  if (alone?.kind === "resource" || alone?.kind === "service") return { ask: "status", subject: alone };
  for (const { ask, pattern } of patterns) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const named = match.groups?.subject;
    if (named === undefined || isPronoun(named)) {
      const subject = spokenOf === null ? null : subjectOf(spokenOf, known);
      return subject === null ? { ask: "unclear" } : { ask, subject };
    }
    const subject = subjectOf(named, known);
    // "What is going on" has the form of a lookup; only a name makes it one.
    if (subject !== null && !(ask === "about" && subject.kind === "unknown")) return { ask, subject };
  }
  return null;
}

function isPronoun(words: string): boolean {
  return /^(?:it|this|that|its?elf|they|them|there|(?:this|that|the) (?:service|one|id|resource))$/i.test(
    words,
  );
}

const trouble =
  /\b(?:fail\w*|error\w*|down|slow\w*|br(?:oke|eak|eaks|oken|eaking)|crash\w*|tim(?:e|es|ed|ing)[- ]?outs?|unavailable|stuck|degraded|unhealthy|5xx|50[0234]s?|latency|restart\w*|oom\w*|wrong|happen\w*|pending|problems?|issues?|outage|fir(?:es|ing)|alert\w*|spik\w+|dropp\w+|reject\w*|refus\w*)\b/i;
const why = /\b(?:why|how come|reason (?:for|why)|cause of|explain)\b/i;
const complaints = [
  /\broot cause\b/i,
  /\banything wrong\b/i,
  /\bwhat(?:'s|s| is| are| has| was| went| just)*(?: \w+)? (?:wrong|broke\w*|happen\w*|failing|going on|caus\w+|crash\w*|down)\b/i,
  /\b(?:is|are|keeps?|seems?|looks?)(?: \S+)? (?:down|failing|broken|slow|crash\w*|stuck|degraded|unhealthy|unavailable|timing out|restarting)\b/i,
];

function isTrouble(text: string): boolean {
  return (why.test(text) && trouble.test(text)) || complaints.some((complaint) => complaint.test(text));
}
