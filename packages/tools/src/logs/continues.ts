/** Which trace an event is in the middle of: lines at the margin may then belong to it. */
export type TraceState =
  | "none"
  | "record"
  | "traceback"
  | "goroutine"
  | "unhandled"
  | "report"
  | "raised"
  | "caret";

/** Starts a record of its own, however far it is indented: a time, a level. */
const STARTS =
  /^\s*(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]|\[?\d\d:\d\d:\d\d|(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE)\b[\s:\]]|[IWEF]\d{4} \d\d:|\{")/;
/** Goes on with the line before in any trace: a frame, a cause, a note of more frames. */
const CONTINUES = new RegExp(
  [
    // What is indented: a frame, a cause, a value.
    "^(?:\\s+\\S",
    "Caused by:|Wrapped by: |Suppressed: |\\.{3} \\d+ (?:more|common)",
    "--- End of |---> |nested exception is:",
    "#\\d+\\s|Stack trace:$|[Ss]tack backtrace:$|<asynchronous suspension>",
    "goroutine \\d+ \\[|created by |\\[signal |exit status \\d|PC=0x",
    "Traceback \\(most|During handling of the above|The above exception was|\\(Background on this error",
    "note: (?:run with|Some details)",
    // Elixir and Erlang
    "\\*\\* (?:\\(|\\{|Last message|Reason for termination|When |State|Client)|Last message(?: \\(| was|:)|State: ",
    // JavaScript
    "\\[cause\\]: |\\}$|Aborted \\(core|Node\\.js v\\d|\\S{0,80}@\\S{1,200}:\\d+:\\d+$",
    // C and C++, by sanitizers, glibc, gdb, glog; Swift
    "==\\d+==|SUMMARY: \\w+Sanitizer|={4,} (?:Backtrace|Memory map)|\\S{1,200}\\[0x[0-9a-f]+\\]$|0x[0-9a-f]+ in ",
    "\\*\\*\\* (?:Check failure|Aborted|SIG\\w+|Program crashed)|PC: @|Current stack trace:$",
    "Thread \\d+ .{0,80}crashed:$|\\d{1,3}\\s+(?:\\S+\\s+0x[0-9a-f]+|0x[0-9a-f]+ |\\[ra\\] )",
    // Lua, R, Julia, Haskell, OCaml, PowerShell
    "stack traceback:$|coroutine \\d+:$|Calls: |Execution halted$|Stacktrace:$|in expression starting at |caused by: ",
    "CallStack \\(from HasCallStack\\)|(?:Raised|Re-raised) (?:at|by) |Called from ",
    "At .{1,300}:\\d+ char:\\d+$|\\+ )",
  ].join("|"),
);
const GO_CALL = /^[\w./*()[\]{}·\-~@]+\(.*\)$|^runtime stack:$|^main\.\S+$|^\S+\.func\d/;
/** The head of a trace as it stands below the record that logs it. */
const THROWN = /^(?:[A-Za-z_$][\w$]*\.)+(?:[A-Z][\w$]*(?:Exception|Error|Throwable)|Exception|Error)\b/;
/** Ruby's error and, below its frames, the one that caused it. */
const RAISED = /^\S.{0,300}:\d+:in [`'’].{1,2000} \([A-Z][\w:]*\)$/;
const MARGIN_ERROR = /^[A-Za-z_][\w.]*(?::|$)/;

/** Goes on even after an empty line outside of a trace, where an indented line alone may be anything. */
const CONTINUES_AFTER_GAP =
  /^(?:\s+at \S|Caused by:|\s+File "|Traceback \(most|During handling of the above|The above exception was|goroutine \d+ \[|\s*\S.{0,300}:\d+:in [`'’]|Stack (?:trace|backtrace):$|Node\.js v\d|Current thread 0x|\*\*\* Program crashed|Thread \d+ .{0,80}crashed:$|\d{1,3} (?:0x[0-9a-f]+ |\[ra\] ))/;

/** Whether a line that is not empty goes on with the event before it; `gap` when empty lines stand between. */
export function continues(line: string, state: TraceState, gap: boolean): boolean {
  if (STARTS.test(line)) return false;
  if (gap && (state === "none" || state === "record")) return CONTINUES_AFTER_GAP.test(line);
  if (CONTINUES.test(line)) return true;
  switch (state) {
    case "traceback":
      return MARGIN_ERROR.test(line);
    case "goroutine":
      return GO_CALL.test(line);
    case "unhandled":
    case "report":
      return true;
    case "caret":
      return /^(?:\w{1,40} )?\w*(?:Error|Exception)\b/.test(line);
    case "raised":
      return RAISED.test(line);
    case "record":
      return THROWN.test(line);
    case "none":
      return false;
  }
}

/** Its message stands in the lines below it. */
const WORDS_BELOW =
  /^Unhandled exception:\s*$|\bpanicked at [^']*:\d+:$|^[A-Z][\w$]*(?:Error|Exception)(?: \[\w{1,60}\])?:\s*$/;
/** Ends with its summary; what it says stands at the margin. */
const REPORT = /==\d+==\s?(?:ERROR|WARNING): \w+Sanitizer|^={10,}$|^WARNING: ThreadSanitizer/;

/** The state after one more line. */
export function traceState(line: string, before: TraceState): TraceState {
  if (line.includes("Traceback (most recent call last)")) return "traceback";
  if (/^goroutine \d+ \[|^panic: |^fatal error: |panic serving/.test(line)) return "goroutine";
  if (WORDS_BELOW.test(line)) return "unhandled";
  if (REPORT.test(line)) return "report";
  if (/^\s*\^+\s*$/.test(line)) return "caret";
  if (RAISED.test(line)) return "raised";
  if (STARTS.test(line)) return "record";
  if (before === "report" && /^SUMMARY: |ABORTING$/.test(line)) return "none";
  // A traceback ends with its error, what nobody handled with its first frame.
  if (before === "traceback" && /^\S/.test(line) && !/^(?:During|The above)/.test(line)) return "none";
  if (before === "unhandled" && /^\s*#\d|^note: |^stack backtrace|^\s+at /.test(line)) return "none";
  if (before === "record" || (before === "caret" && /^\S/.test(line))) return "none";
  return before;
}
