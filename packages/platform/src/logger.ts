import { redact } from "@oncall/core";
import { type Logger as PinoLogger, pino, stdSerializers } from "pino";
import pinoPretty from "pino-pretty";

/** Passed in, never imported: messages are constant, facts are fields. */
export type Logger = PinoLogger;

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

export interface LoggerOptions {
  readonly level: LogLevel;
  /** `stderr` where standard output carries data (`--json`, MCP over stdio). */
  readonly destination: "stdout" | "stderr";
  /** Lines for people instead of JSON. */
  readonly pretty?: boolean;
}

const secretPaths = ["authorization", "cookie", "password", "secret", "token", "apiKey", "headers"].flatMap(
  (name) => [name, `*.${name}`],
);

/** One line of JSON per event. Values under names of secrets, and secrets inside texts of errors, never get out. */
export function createLogger({ level, destination, pretty = false }: LoggerOptions): Logger {
  const fd = destination === "stdout" ? 1 : 2;
  const stream = pretty
    ? pinoPretty({
        destination: fd,
        sync: true,
        colorize: (fd === 1 ? process.stdout : process.stderr).isTTY === true,
        ignore: "pid,hostname",
        translateTime: "SYS:HH:MM:ss.l",
      })
    : pino.destination({ fd, sync: true });
  return createLoggerOn(stream, level);
}

/** The same logger on a stream of the caller's. */
export function createLoggerOn(stream: { write(line: string): unknown }, level: LogLevel): Logger {
  return pino(
    {
      level,
      redact: { paths: secretPaths, censor: "[redacted]" },
      serializers: { err: serializeError, error: serializeError },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
}

/** Kind, message and stack, its causes included, without what looks like a secret. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === "string" ? redact(error) : error;
  const { type, message, stack } = stdSerializers.err(error);
  const { kind, code } = error as { kind?: unknown; code?: unknown };
  return { type, kind, code, message: redact(message), stack: redact(stack) };
}
