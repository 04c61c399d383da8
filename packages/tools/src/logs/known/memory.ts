import type { KnownFailure } from "./known-failure.ts";

export const memoryFailures: readonly KnownFailure[] = [
  {
    name: "kernel_oom_kill",
    code: "app.out_of_memory",
    severity: "critical",
    meaning: "The kernel killed a process because its memory limit, or the machine's memory, was used up.",
    hint: "Compare the container's memory limit with its usage before the kill; look for a leak or a recent change of the limit.",
    patterns: [
      /invoked oom-killer|\boom-kill:constraint|\boom[-_ ]?killed\b/i,
      /out of memory: kill(?:ed)? process|memory cgroup out of memory/i,
      /killed process \d+,? (?:UID \d+,? )?\(.{1,60}\).{0,60}vm:/i,
      /task in \S{1,300} killed as a result of limit of|killed by the OOM killer|with result 'oom-kill'/i,
    ],
    anyLevel: true,
  },
  {
    name: "jvm_out_of_memory",
    code: "app.out_of_memory",
    severity: "critical",
    meaning: "The JVM has no memory left: heap, metaspace, direct buffers or threads.",
    hint: "Check heap usage and GC since the last deploy; -Xmx must leave room below the container's limit.",
    patterns: [
      /java\.lang\.OutOfMemoryError|OutOfMemoryError: |GC overhead limit exceeded/,
      /insufficient memory for the Java Runtime|terminating due to java\.lang\.OutOfMemory/i,
    ],
  },
  {
    name: "node_heap_out_of_memory",
    code: "app.out_of_memory",
    severity: "critical",
    meaning: "V8's heap reached its limit and Node aborted.",
    hint: "Look for growing heap usage since the last deploy; --max-old-space-size should fit the container's limit.",
    patterns: [/JavaScript heap out of memory|mark-compacts near heap limit|reached heap limit/i],
  },
  {
    name: "go_out_of_memory",
    code: "app.out_of_memory",
    severity: "critical",
    meaning: "The Go runtime could not get more memory.",
    hint: "Check the goroutine count and heap; GOMEMLIMIT should stand below the container's limit.",
    patterns: [/fatal error: runtime: (?:out of memory|cannot allocate)|runtime: out of memory/i],
  },
  {
    name: "gc_pauses",
    code: "app.gc_pressure",
    severity: "warning",
    meaning: "Garbage collection stops the application for long.",
    hint: "Check heap usage after collections and CPU throttling; both make pauses long.",
    patterns: [
      /detected pause in JVM|\[gc\]\[\d+\] overhead, spent|thread starvation or clock leap/i,
      /Pause Full.{0,80}\s\d{4,}(?:\.\d+)?ms|\bgc pause\b.{0,60}\b\d{4,}(?:\.\d+)? ?ms/i,
    ],
    anyLevel: true,
  },
];

/** Named only after what asks for memory of its own (a cache that is full is no application out of memory). */
export const processMemoryFailures: readonly KnownFailure[] = [
  {
    name: "process_out_of_memory",
    code: "app.out_of_memory",
    severity: "critical",
    meaning: "A process asked for memory and got none.",
    hint: "Compare memory usage with the limit; look for large requests, batches or a leak since the last deploy.",
    patterns: [
      /(?:^|[\s.])MemoryError\b|NoMemoryError|System\.OutOfMemoryException|std::bad_alloc/m,
      /allowed memory size of \d+ bytes exhausted|memory allocation of \d+ bytes failed/i,
      /cannot allocate memory|\bENOMEM\b|\bout of memory\b/i,
    ],
  },
];
