/** Which trace an event is in the middle of: lines at the margin may then belong to it. */
export type TraceState = "none" | "record" | "traceback" | "goroutine" | "unhandled" | "caret";

/** Starts a record of its own, however far it is indented: a time, a level. */
const STARTS =
  /^\s*(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]|\[?\d\d:\d\d:\d\d|(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE)\b[\s:\]]|[IWEF]\d{4} \d\d:|\{")/;

/** Goes on with the line before in any trace: a frame, a cause, a note of more frames. */
const CONTINUES = new RegExp(
  [
    "^(?:\\s+\\S",
    "Caused by: |Suppressed: |\\.{3} \\d+ (?:more|common)",
    "--- End of |---> ",
    "#\\d+\\s|Stack trace:$|stack backtrace:$|<asynchronous suspension>",
    "goroutine \\d+ \\[|created by |\\[signal |exit status \\d",
    "Traceback \\(most|During handling of the above|The above exception was",
    "note: (?:run with|Some details)|\\*\\* \\(",
    "\\[cause\\]: |\\}$|nested exception is:|Aborted \\(core|Node\\.js v\\d)",
  ].join("|"),
);
const GO_CALL = /^[\w./*()[\]{}·\-~@]+\(.*\)$|^runtime stack:$|^main\.\S+$|^\S+\.func\d/;
/** The head of a trace as it stands below the record that logs it. */
const THROWN = /^(?:[A-Za-z_$][\w$]*\.)+(?:[A-Z][\w$]*(?:Exception|Error|Throwable)|Exception|Error)\b/;
const MARGIN_ERROR = /^[A-Za-z_][\w.]*(?::|$)/;

/** Goes on even after an empty line outside of a trace, where an indented line alone may be anything. */
const CONTINUES_AFTER_GAP =
  /^(?:\s+at \S|Caused by: |\s+File "|Traceback \(most|During handling of the above|The above exception was|goroutine \d+ \[|\s*\S.{0,300}:\d+:in [`'’]|Stack trace:$|Node\.js v\d)/;

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
      return true;
    case "caret":
      return /^(?:\w{1,40} )?\w*(?:Error|Exception)\b/.test(line);
    case "record":
      return THROWN.test(line);
    case "none":
      return false;
  }
}

/** The state after one more line. */
export function traceState(line: string, before: TraceState): TraceState {
  if (line.includes("Traceback (most recent call last)")) return "traceback";
  if (/^goroutine \d+ \[|^panic: |^fatal error: |panic serving/.test(line)) return "goroutine";
  if (/^Unhandled exception:\s*$|\bpanicked at [^']*:\d+:$/.test(line)) return "unhandled";
  if (/^\s*\^+\s*$/.test(line)) return "caret";
  if (STARTS.test(line)) return "record";
  // A traceback ends with its error, what nobody handled with its first frame.
  if (before === "traceback" && /^\S/.test(line) && !/^(?:During|The above)/.test(line)) return "none";
  if (before === "unhandled" && /^\s*#\d|^note: |^stack backtrace/.test(line)) return "none";
  if (before === "record" || (before === "caret" && /^\S/.test(line))) return "none";
  return before;
}
