const WIDTH = 28;

export interface Progress {
  /** One more is done. */
  step(what: string): void;
  /** Leaves the line empty for what is printed next. */
  end(): void;
}

/** A bar on standard error, drawn only on a terminal; elsewhere one line says what runs. */
export function createProgress(total: number, what: string, stream = process.stderr): Progress {
  let done = 0;
  const draw = (note: string): void => {
    const filled = Math.round((done / total) * WIDTH);
    const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
    const line = `${bar} ${done}/${total} ${note}`;
    stream.write(`\r\u001b[K${line.slice(0, (stream.columns ?? 80) - 1)}`);
  };
  if (stream.isTTY) draw(what);
  else stream.write(`${what}: ${total}\n`);
  return {
    step(note) {
      done += 1;
      if (stream.isTTY) draw(note);
    },
    end() {
      if (stream.isTTY) stream.write("\r\u001b[K");
    },
  };
}
