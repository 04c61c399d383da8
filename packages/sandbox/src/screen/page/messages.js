// Channel lists and messages as HTML. Pure.
import { clock, messageBody } from "./blocks.js";
import { escapeHtml } from "./mrkdwn.js";

/** Messages within this time of one another, by one author, stand together. */
const TOGETHER_SECONDS = 300;

/** A channel's messages by day. `lastRead` is where the reader was: what came after it stands under "New". */
export function messageList(messages, { names, lastRead = null, me, omitted = 0 }) {
  const html = omitted > 0 ? [`<p class="omitted">${omitted} older messages are not shown</p>`] : [];
  let day = "";
  let before = null;
  let marked = lastRead === null;
  for (const message of messages) {
    const today = dayOf(message.ts);
    if (today !== day) html.push(`<div class="day"><span>${today}</span></div>`);
    const isNew = !marked && Number(message.ts) > Number(lastRead) && message.author.id !== me;
    if (isNew) {
      html.push('<div class="new"><span>New</span></div>');
      marked = true;
    }
    const together =
      before !== null &&
      today === day &&
      !isNew &&
      before.author.id === message.author.id &&
      before.ephemeral === message.ephemeral &&
      before.replies.count === 0 &&
      Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS;
    html.push(messageHtml(message, { names, together }));
    day = today;
    before = message;
  }
  return html.join("");
}

/** A thread: what it is about, how many answers, and the answers. */
export function threadList(messages, { names, omitted = 0 }) {
  const [root, ...replies] = messages;
  if (!root) return "";
  const count = replies.length + omitted;
  const rule = count > 0 ? `<div class="reply-rule"><span>${replyCount(count)}</span></div>` : "";
  const cut = omitted > 0 ? `<p class="omitted">${omitted} older replies are not shown</p>` : "";
  const answers = replies.map((reply) => messageHtml(reply, { names, together: false })).join("");
  return messageHtml({ ...root, replies: { count: 0 } }, { names, together: false }) + rule + cut + answers;
}

/** A message with its author, or without where it follows another of the same author. */
export function messageHtml(message, { names, together }) {
  const { author, ts, ephemeral, edited } = message;
  const badge = author.kind === "person" ? "" : '<span class="app-badge">APP</span>';
  const head = together
    ? ""
    : `<header><b class="author-name">${escapeHtml(author.name)}</b>${badge}${clock(Number(ts))}</header>`;
  const side = together ? `<div class="aside">${clock(Number(ts))}</div>` : avatar(author);
  const classes = ["message", together ? "together" : "", ephemeral ? "ephemeral" : ""]
    .filter(Boolean)
    .join(" ");
  return `<article class="${classes}" data-ts="${escapeHtml(ts)}" data-author="${author.kind}">
    ${side}
    <div class="content">
      ${ephemeral ? '<p class="only-you">Only visible to you</p>' : ""}${head}
      <div class="body">${messageBody(message, names)}${edited ? '<span class="edited">(edited)</span>' : ""}</div>
      ${repliesHtml(message)}
    </div>
    ${ephemeral ? "" : '<div class="tools"><button type="button" class="open-thread" title="Reply in thread">Reply in thread</button></div>'}
  </article>`;
}

/** The sidebar's channels; what has not been read is bold and counted. */
export function channelList(channels, { open, unread }) {
  return channels
    .map(({ id, name }) => {
      const count = id === open ? 0 : (unread[id] ?? 0);
      const classes = ["channel", id === open ? "open" : "", count > 0 ? "unread" : ""]
        .filter(Boolean)
        .join(" ");
      const badge = count > 0 ? `<span class="badge">${count > 99 ? "99+" : count}</span>` : "";
      return `<li><a class="${classes}" href="#${escapeHtml(name)}"><span class="hash">#</span>${escapeHtml(name)}${badge}</a></li>`;
    })
    .join("");
}

function avatar({ name, kind, id }) {
  if (kind === "app")
    return '<div class="avatar app" aria-hidden="true"><svg viewBox="0 0 24 24"><path d="M3 12h4l2.5-6 4 12 2.5-6h5" /></svg></div>';
  if (kind === "alerts")
    return '<div class="avatar alerts" aria-hidden="true"><svg viewBox="0 0 24 24"><path d="M12 3a6 6 0 0 0-6 6v4l-2 3h16l-2-3V9a6 6 0 0 0-6-6zM10 19a2 2 0 0 0 4 0" /></svg></div>';
  const initials = name
    .split(/\s+/)
    .map((word) => word[0] ?? "")
    .join("")
    .slice(0, 2);
  const shade = [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
  return `<div class="avatar person shade-${shade}" aria-hidden="true">${escapeHtml(initials)}</div>`;
}

function repliesHtml({ replies }) {
  if (replies.count === 0) return "";
  const names = replies.names.map(escapeHtml).join(", ");
  return `<button type="button" class="replies open-thread"><b>${replyCount(replies.count)}</b><span>${names} · last ${clock(Number(replies.last))}</span></button>`;
}

function replyCount(count) {
  return `${count} ${count === 1 ? "reply" : "replies"}`;
}

function dayOf(ts) {
  const at = new Date(Number(ts) * 1000);
  if (at.toDateString() === new Date().toDateString()) return "Today";
  return at.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}
