import type { QuestionRequest } from "@oncall/incidents";
import { plain, type SlackMessageEvent } from "./message-text.ts";

type Asked = Extract<QuestionRequest, { via: "slack" }>;

/** What a person writes; a reply that is also sent to the channel is one too. */
const subtypes = new Set([undefined, "file_share", "thread_broadcast"]);
const MAX_QUESTION = 8_000;
/** Longer than this, a message that addresses nobody is talk. */
const MAX_UNADDRESSED = 240;

/**
 * The question to us that a message is, or null when it is none. Pure. Whoever mentions the bot asks it. Without a
 * mention only a reply in a thread may be meant for us, and only when it reads like a question to a machine: it asks for
 * a fact, ends in a question mark, and speaks to or of no person ("should we roll back?" is for colleagues). Whether the
 * thread is one in which we have spoken, the worker knows.
 * @param bots our bot's user ids
 */
export function parseQuestion(message: SlackMessageEvent, bots: readonly string[]): Asked | null {
  const { channel, ts, user, text = "" } = message;
  if (message.type !== "message" || !subtypes.has(message.subtype)) return null;
  // Other apps and our own posts are never asked anything by, even when they quote a mention.
  if (!channel || !ts || !user || message.bot_id !== undefined || message.app_id !== undefined) return null;
  if (bots.includes(user)) return null;

  const ours = mentionsOf(bots);
  const mentioned = bots.length > 0 && ours.test(text);
  const words = plain(text.replaceAll(new RegExp(ours, "g"), " "))
    .replace(/[\s`]+/g, " ")
    .trim();
  const isReply = message.thread_ts !== undefined && message.thread_ts !== ts;
  if (words === "" || !(mentioned || (isReply && asksForFact(text, words)))) return null;
  return {
    via: "slack",
    question: words.length <= MAX_QUESTION ? words : `${words.slice(0, MAX_QUESTION)} [cut]`,
    askedBy: user,
    place: { channel, threadTs: message.thread_ts ?? ts },
    mentioned,
  };
}

function mentionsOf(bots: readonly string[]): RegExp {
  const ids = bots.filter((id) => /^[A-Z0-9]{1,40}$/.test(id));
  return ids.length === 0 ? /(?!)/ : new RegExp(`<@(?:${ids.join("|")})(?:\\|[^>]{0,200})?>`);
}

const factWords =
  /^(?:so |and |ok |but |also )?(?:who|whose|what|whats|which|when|where|why|how|list|show|status|is there|are there)\b/i;
const people =
  /\b(?:i|i'm|me|my|we|us|our|you|your|u|anyone|anybody|someone|somebody|everyone|everybody|folks|guys|he|she|thanks|lol)\b/i;

function asksForFact(text: string, words: string): boolean {
  const toSomebody = /<[@!]/.test(text);
  return (
    !toSomebody &&
    words.length <= MAX_UNADDRESSED &&
    words.endsWith("?") &&
    factWords.test(words) &&
    !people.test(words)
  );
}
