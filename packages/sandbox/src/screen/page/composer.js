// Where a person types: messages, and slash commands with what they take.
import { escapeHtml } from "./mrkdwn.js";

/** Puts a composer into `place`. `send(text)` is what Enter does; `setPlaceholder` follows the channel. */
export function createComposer(place, { commands = [], send }) {
  place.className = "composer";
  place.innerHTML = `<div class="hints" role="listbox" hidden></div>
    <div class="box"><textarea rows="1" aria-label="Message"></textarea>
    <div class="bar"><span class="keys"><b>Enter</b> sends · <b>Shift+Enter</b> new line${commands.length > 0 ? " · <b>/</b> commands" : ""}</span>
    <button type="button" class="send" aria-label="Send" disabled><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 4l18 8-18 8 3-8z" /></svg></button></div></div>`;
  const input = place.querySelector("textarea");
  const hints = place.querySelector(".hints");
  const button = place.querySelector(".send");

  input.addEventListener("input", refresh);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hints.hidden = true;
    if (event.key === "Tab" && !hints.hidden) {
      event.preventDefault();
      hints.querySelector("[data-insert]")?.click();
    }
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  });
  button.addEventListener("click", submit);
  hints.addEventListener("click", (event) => {
    const insert = event.target.closest("[data-insert]")?.dataset.insert;
    if (insert === undefined) return;
    input.value = insert;
    input.focus();
    refresh();
  });

  async function submit() {
    const text = input.value.trim();
    if (text === "") return;
    input.value = "";
    refresh();
    try {
      await send(text);
    } catch (error) {
      // Nothing typed is lost.
      if (input.value === "") input.value = text;
      refresh();
      throw error;
    }
  }

  function refresh() {
    button.disabled = input.value.trim() === "";
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
    const html = hintsFor(input.value, commands);
    hints.innerHTML = html;
    hints.hidden = html === "";
  }

  return {
    setPlaceholder(text) {
      input.placeholder = text;
    },
  };
}

/** Commands that begin as typed, and for a whole one its examples. */
export function hintsFor(text, commands) {
  if (!text.startsWith("/") || text.includes("\n")) return "";
  const [typed = "", ...rest] = text.split(" ");
  const found = commands.filter(({ command }) =>
    rest.length > 0 ? command === typed : command.startsWith(typed),
  );
  return found
    .map(({ command, usage, description, examples }) => {
      const whole = `<div class="hint" role="option" data-insert="${escapeHtml(command)} "><b>${escapeHtml(command)}</b> <span class="usage">${escapeHtml(usage)}</span><span class="about">${escapeHtml(description)}</span></div>`;
      const chips = examples
        .map(
          (example) =>
            `<button type="button" class="chip" data-insert="${escapeHtml(`${command} ${example}`)}">${escapeHtml(example)}</button>`,
        )
        .join("");
      return rest.length > 0
        ? `<div class="hint"><b>${escapeHtml(command)}</b> <span class="usage">${escapeHtml(usage)}</span></div><div class="chips">Try ${chips}</div>`
        : whole;
    })
    .join("");
}
