// Slack's mrkdwn as HTML (https://docs.slack.dev/messaging/formatting-message-text). Pure: text in, text out.
// Nothing from a message becomes markup but what this file writes itself.

/** @param {string} text */
export function escapeHtml(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Text without formatting: Slack's three entities undone, then made safe. */
export function plain(text) {
  return escapeHtml(decode(String(text ?? "")));
}

/** An address as a link when it is one of the web, else only its label. `label` and `attributes` are HTML. */
export function anchor(url, label, attributes = "") {
  const address = decode(String(url ?? ""));
  if (!/^https?:\/\/[^\s"'<>]+$/i.test(address)) return label;
  return `<a href="${escapeHtml(address)}" target="_blank" rel="noopener noreferrer"${attributes}>${label}</a>`;
}

/**
 * A whole text: code blocks, quotes, bullets and what stands within lines.
 * `names` holds people by id and channels by id; `verbatim` leaves bare addresses as they are.
 */
export function mrkdwn(text, { names = {}, verbatim = false } = {}) {
  const parts = String(text ?? "").split("```");
  // A fence without an end is three backticks.
  if (parts.length % 2 === 0) parts.push([parts.pop(), parts.pop()].reverse().join("```"));
  return parts
    .map((part, i) =>
      i % 2 === 1
        ? `<pre>${inCode(part.replace(/^\n|\n$/g, ""))}</pre>`
        : lines(withoutEdges(part, i > 0, i < parts.length - 1), { names, verbatim }),
    )
    .join("");
}

/** The line ends beside a code block are its own. */
function withoutEdges(text, afterBlock, beforeBlock) {
  const begun = afterBlock ? text.replace(/^\n/, "") : text;
  return beforeBlock ? begun.replace(/\n$/, "") : begun;
}

function lines(text, options) {
  if (text === "") return "";
  const html = [];
  let quote = [];
  const endQuote = () => {
    if (quote.length > 0) html.push(`<blockquote>${quote.join("<br>")}</blockquote>`);
    quote = [];
  };
  for (const line of text.split("\n")) {
    const quoted = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    if (quoted) {
      quote.push(inline(quoted[1], options));
      continue;
    }
    endQuote();
    const item = /^(\s*)([•◦▪]|\d{1,3}\.)\s+(.*)$/.exec(line);
    if (item) {
      const deeper = item[1].length >= 3 ? " deeper" : "";
      html.push(
        `<div class="item${deeper}"><span>${item[2]}</span><div>${inline(item[3], options)}</div></div>`,
      );
    } else html.push(line.trim() === "" ? '<div class="gap"></div>' : `<div>${inline(line, options)}</div>`);
  }
  endQuote();
  return html.join("");
}

/** One line: `code`, <links and mentions>, *bold*, _italic_, ~struck~ and :emoji:. */
function inline(line, { names, verbatim }) {
  const kept = [];
  const keep = (html) => `\uE000${kept.push(html) - 1}\uE001`;
  const marked = line
    // These two characters stand for what is kept; nobody else may use them.
    .replace(/[\uE000\uE001]/g, "")
    .replace(/`([^`]+)`/g, (_, code) => keep(`<code>${inCode(code)}</code>`))
    .replace(/<([^<>]+)>/g, (_, inside) => keep(entity(inside, names)))
    .replace(/https?:\/\/[^\s<>|`"'\uE000\uE001]+[^\s<>|`"'.,;:!?)\]\uE000\uE001]/g, (url) =>
      verbatim ? url : keep(anchor(url, plain(url))),
    );
  return style(plain(marked)).replace(/\uE000(\d+)\uE001/g, (_, i) => kept[Number(i)] ?? "");
}

/** What stands between angle brackets. */
function entity(inside, names) {
  const [target, ...rest] = inside.split("|");
  const label = rest.join("|");
  if (target.startsWith("@")) return mention(`@${nameOf(names, target.slice(1), label)}`);
  if (target.startsWith("#")) return mention(`#${nameOf(names, target.slice(1), label)}`);
  if (target.startsWith("!date^")) return plain(label);
  if (target.startsWith("!")) return mention(label || `@${target.slice(1)}`);
  if (/^mailto:/i.test(target)) return plain(label || target.slice("mailto:".length));
  if (/^https?:/i.test(target)) return anchor(target, label ? style(plain(label)) : plain(target));
  return label ? plain(label) : `&lt;${plain(inside)}&gt;`;
}

function mention(name) {
  return `<span class="mention">${plain(name)}</span>`;
}

/** What a person or channel is called; `label` is what the message itself calls it. */
export function nameOf(names, id, label) {
  return Object.hasOwn(names, id) ? names[id] : label || id;
}

/** In code nothing is bold; a link is its words. */
function inCode(text) {
  return plain(
    text.replace(/<(?:https?:[^|<>]+|mailto:[^|<>]+)\|([^<>]+)>/g, "$1").replace(/<(https?:[^|<>]+)>/g, "$1"),
  );
}

/** Marks count where a word begins or ends, as in Slack: 2*3*4 stays. */
function style(html) {
  return html
    .replace(/(^|[^\p{L}\p{N}*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\p{L}\p{N}*])/gu, "$1<b>$2</b>")
    .replace(/(^|[^\p{L}\p{N}_])_([^\s_](?:[^_\n]*[^\s_])?)_(?![\p{L}\p{N}_])/gu, "$1<i>$2</i>")
    .replace(/(^|[^\p{L}\p{N}~])~([^\s~](?:[^~\n]*[^\s~])?)~(?![\p{L}\p{N}~])/gu, "$1<s>$2</s>")
    .replace(/:([a-z0-9_+-]{2,40}):/g, (whole, name) => EMOJI.get(name) ?? whole);
}

function decode(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

const EMOJI = new Map(
  Object.entries({
    warning: "⚠️",
    rotating_light: "🚨",
    fire: "🔥",
    white_check_mark: "✅",
    heavy_check_mark: "✔️",
    x: "❌",
    eyes: "👀",
    mag: "🔍",
    hourglass_flowing_sand: "⏳",
    large_green_circle: "🟢",
    large_yellow_circle: "🟡",
    red_circle: "🔴",
    thumbsup: "👍",
    "+1": "👍",
    thumbsdown: "👎",
    "-1": "👎",
    bell: "🔔",
    pager: "📟",
    link: "🔗",
    memo: "📝",
    bulb: "💡",
    rocket: "🚀",
  }),
);
