import type { KnownFailure } from "./known-failure.ts";

export const processFailures: readonly KnownFailure[] = [
  {
    name: "stack_overflow",
    code: "app.stack_overflow",
    severity: "critical",
    meaning: "Calls nest without end.",
    hint: "The stack trace shows the functions that repeat; compare them with the last deploy.",
    patterns: [
      /\bStackOverflow(?:Error|Exception)\b|maximum call stack size exceeded|RecursionError\b/i,
      /goroutine stack exceeds|stack level too deep|has overflowed its stack|\bstack overflow\b/i,
    ],
  },
  {
    name: "thread_deadlock",
    code: "app.deadlock",
    severity: "critical",
    meaning: "Threads wait for each other and none goes on.",
    hint: "Take a thread dump before restarting; the locks in it name the culprits.",
    patterns: [
      /all goroutines are asleep - deadlock|found \S{1,20} java-level deadlock|deadlocked threads?\b/i,
      /deadlock; recursive locking|\btask \S{1,60} blocked for more than \d+ seconds/i,
      /blocked thread checker|\bthread\b.{1,120} has been blocked for \d+|\b(?:soft|hard) lockup\b/i,
    ],
    // The kernel says it under INFO.
    anyLevel: true,
  },
  {
    name: "too_many_open_files",
    code: "app.too_many_files",
    severity: "critical",
    meaning: "The process may open no more files or sockets.",
    hint: "Count descriptors over time: a leak (connections not closed) grows; else raise the limit.",
    patterns: [
      /too many open files|\bEMFILE\b|\bENFILE\b|file-max limit \d+ reached|no file descriptors available/i,
      /inotify (?:instances|watch(?:es)?) (?:limit )?(?:reached|exhausted)|limit for number of file watchers reached/i,
    ],
  },
  {
    name: "clock_skew",
    code: "app.clock_skew",
    severity: "warning",
    meaning: "Clocks of two machines disagree, so that signatures and tokens are refused.",
    hint: "Check time synchronisation on the node.",
    patterns: [
      /clock skew (?:detected|too|of|exceed)|clock is (?:ahead|behind|skewed)|RequestTimeTooSkewed/i,
      /token used before issued|issued in the future|signature not yet current|signature expired: \S{1,40} is now earlier|(?:token|jwt|nbf)\b.{0,40}\bnot yet valid|\bnbf\b.{0,20}\bfuture/i,
      /high clock drift|(?:time drift|clock drift|clock offset|clock difference\b.{0,60}) (?:is )?(?:too|exceed|detected)|system clock.{0,40}(?:unsynchroni|jumped)/i,
    ],
  },
  {
    name: "leader_lost",
    code: "app.leader_lost",
    severity: "warning",
    meaning: "An instance lost its leadership, or a group has no leader.",
    hint: "Check whether the lock's store (the Kubernetes API, etcd, ZooKeeper) answers slowly; CPU throttling makes leases lapse.",
    patterns: [
      /leader ?election lost|lost (?:the )?(?:leadership|leader (?:lock|lease)|leader election)|failed to renew lease/i,
      /no longer (?:the )?leader|stepp(?:ed|ing) down (?:as|from) leader|demoting self because/i,
      /\braft\b.{0,80}\blost leader\b/i,
      /etcdserver: (?:no leader|leader changed|request timed out)|\bno leader (?:elected|found)\b/i,
    ],
    anyLevel: true,
  },
  {
    name: "config_missing",
    code: "app.config_missing",
    severity: "critical",
    meaning: "A setting that the application needs is not there.",
    hint: "Compare environment and configuration with the last deploy that worked.",
    patterns: [
      /(?:environment variables?|env vars?|config(?:uration)? (?:key|value|property|file|option))\b.{0,80}\b(?:not set|missing|required|must be set|not found|unset|undefined|be empty)\b/i,
      /(?:missing|undefined|unset|required) (?:required )?(?:environment variable|env var|config(?:uration)?(?: key| value| property)?|setting)\b/i,
      /\b(?:missing|unset|undefined) (?:required )?env\b|required (?:key|variable|setting) \S{1,80} (?:is )?(?:missing|not set)|validation errors? for \w*(?:Settings|Config)\b.{0,200}field required/i,
      /[Cc]ould not resolve placeholder '|ImproperlyConfigured|KeyError: '[A-Z][A-Z0-9_]{2,60}'/,
      /couldn't find key .{1,80} in (?:configmap|secret)|(?:configmap|secret) "[^"]{1,100}" not found/i,
    ],
  },
];

/** What says that something else is not well; the failure itself may stand in the same line. */
export const symptomFailures: readonly KnownFailure[] = [
  {
    name: "circuit_open",
    code: "app.circuit_open",
    severity: "warning",
    meaning: "Calls to a dependency are cut off after repeated failures.",
    hint: "The breaker's name tells the dependency: check that one.",
    patterns: [
      /circuit[- ]?breaker\b.{0,80}\b(?:open(?:ed)?|tripped)\b|\bcircuit (?:is |was )?(?:open(?:ed)?|tripped)\b/i,
      /CallNotPermittedException|BrokenCircuitException|CircuitBreakerOpen|OpenCircuitError|and short-circuited/i,
    ],
    anyLevel: true,
  },
  {
    name: "health_check_failing",
    code: "app.unhealthy",
    severity: "warning",
    meaning: "A health check fails.",
    hint: "Look at what the check tests; a check that tests dependencies fails with them.",
    patterns: [
      /(?:health[- _]?check|(?:readiness|liveness|startup) probe)\w*.{0,80}\b(?:fail(?:ed|ing|ure|s)?|unhealthy|errored)\b/i,
      /\bmarked (?:as )?unhealthy\b|target is unhealthy|failed (?:the )?health[- ]?check/i,
    ],
  },
  {
    name: "segfault",
    code: "app.panic",
    severity: "critical",
    meaning: "A process crashed in native code.",
    hint: "Compare image and native libraries with the last deploy; look for a core dump.",
    patterns: [
      /\bSIG(?:SEGV|ABRT|BUS|ILL|FPE)\b|segmentation fault|\bsegfault at\b|\bcore dumped\b/i,
      /fatal error has been detected by the Java Runtime|terminate called (?:after|without)/i,
      /double free or corruption|stack smashing detected|\bassertion .{1,200} failed/i,
      /general protection (?:fault|ip:)|^(?:malloc|free|realloc|munmap_chunk)\(\): |\b(?:Address|Memory|Leak)Sanitizer: |fatal python error/im,
    ],
  },
];

export const panicFailures: readonly KnownFailure[] = [
  {
    name: "panic",
    code: "app.panic",
    severity: "critical",
    meaning: "The application died of an error that nothing caught.",
    hint: "The root exception and its first frame of the service's own code say where; compare with the last deploy.",
    patterns: [
      /^(?:.*[\s\]":])?panic: |^fatal error: |\bpanicked at\b|\bpanic serving\b|\bpanic recovered\b|observed a panic/im,
      /kernel panic|\buncaught (?:exception|error|\w+Error)\b|\bunhandled (?:exception|(?:promise )?rejection)\b/i,
      /UnhandledPromiseRejection|PHP Fatal error:|^Exception in thread "/m,
    ],
  },
];
