const MACROS: Readonly<Record<string, number>> = {
  hourly: 3_600,
  daily: 86_400,
  midnight: 86_400,
  weekly: 604_800,
  monthly: 2_592_000,
  yearly: 31_536_000,
  annually: 31_536_000,
};
const FIELDS: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];
const NAMES = /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)$/i;

/** Whether a CronJob controller takes this schedule: five fields, a macro, or `@every 5m`, with or without a time zone. */
export function isSchedule(schedule: string): boolean {
  const [, zone, rest = ""] = /^(?:(?:CRON_)?TZ=(\S+)\s+)?(.*)$/.exec(schedule.trim()) ?? [];
  if (zone !== undefined && !isTimeZone(zone)) return false;
  if (rest.startsWith("@every ")) return /^@every (\d+(\.\d+)?(h|m|s|ms))+$/.test(rest);
  if (rest.startsWith("@")) return Object.hasOwn(MACROS, rest.slice(1));
  const fields = rest.split(/\s+/);
  return fields.length === 5 && fields.every((field, index) => isField(field, FIELDS[index] ?? [0, 0]));
}

/** Whether there is a time zone of this name, as a CronJob's `timeZone` wants it. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

function isField(field: string, [low, high]: readonly [number, number]): boolean {
  return field.split(",").every((part) => {
    const [range = "", step, ...rest] = part.split("/");
    if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
    if (range === "*" || range === "?") return true;
    const ends = range.split("-");
    return (
      ends.length <= 2 &&
      ends.every(
        (end) => NAMES.test(end) || (/^\d+$/.test(end) && Number(end) >= low && Number(end) <= high),
      ) &&
      // Names count up, too, but nobody writes them backwards.
      !(ends.every((end) => /^\d+$/.test(end)) && Number(ends[0]) > Number(ends.at(-1)))
    );
  });
}

/** The usual distance between two runs, in milliseconds; undefined where it cannot be told simply. */
export function periodMs(schedule: string): number | undefined {
  const macro = MACROS[schedule.trim().replace(/^@/, "")];
  if (macro !== undefined) return macro * 1000;
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = schedule.trim().split(/\s+/);
  if (day !== "*" || month !== "*" || weekday !== "*") return undefined;
  const every = /^\*(?:\/(\d+))?$/;
  const minutes = every.exec(minute);
  if (minutes) return hour === "*" ? Number(minutes[1] ?? 1) * 60_000 : undefined;
  const hours = every.exec(hour);
  if (/^\d+$/.test(minute) && hours) return Number(hours[1] ?? 1) * 3_600_000;
  return /^\d+$/.test(minute) && /^\d+$/.test(hour) ? 86_400_000 : undefined;
}
