import { expect, test } from "vitest";
import type { SlackMessageEvent } from "./message-text.ts";
import { parseQuestion } from "./parse-question.ts";

const BOT = "U0ONCALL";
const reply: SlackMessageEvent = {
  type: "message",
  channel: "C1",
  user: "U1",
  ts: "1700000100.000200",
  thread_ts: "1700000000.000100",
};
const place = { channel: "C1", threadTs: "1700000000.000100" };

test.each([
  [`<@${BOT}> who owns order-service?`, "who owns order-service?"],
  [`hey <@${BOT}|oncall>, should we roll back`, "hey , should we roll back"],
  [`<@${BOT}> is <@U2> on call for \`order-service\`?`, "is U2 on call for order-service ?"],
  [`<@${BOT}> ${"a ".repeat(9_000)}`, expect.stringMatching(/ \[cut\]$/)],
])("a mention of the bot is a question to it: %.50s", (text, question) => {
  expect(parseQuestion({ ...reply, text }, [BOT])).toEqual({
    via: "slack",
    question,
    askedBy: "U1",
    place,
    mentioned: true,
  });
});

test("a mention in the channel is answered in a thread of its own", () => {
  const { thread_ts: _, ...message } = reply;
  const asked = parseQuestion({ ...message, text: `<@${BOT}> who owns order-service?` }, [BOT]);
  expect(asked?.place).toEqual({ channel: "C1", threadTs: reply.ts });
});

test.each([
  "why is it failing?",
  "What depends on order-service?",
  "and who is on call?",
  "which pods restarted since 03:00 UTC?",
  "how many requests fail now?",
  "when was order-service last deployed?",
  "status of ord-1234?",
])("in a thread a question for a fact needs no mention: %s", (text) => {
  expect(parseQuestion({ ...reply, text }, [BOT])).toMatchObject({ question: text, place, mentioned: false });
});

test.each<[string, Partial<SlackMessageEvent>]>([
  ["talk", { text: "rolling back now" }],
  ["a question to colleagues", { text: "should we roll back?" }],
  ["one that asks for help", { text: "what do you think?" }],
  ["one that asks who is there", { text: "who is looking at this, anyone?" }],
  ["one to somebody", { text: "<@U2> why is it failing?" }],
  ["one to everybody", { text: "<!here> what changed?" }],
  ["a question without a question mark", { text: "why is it failing" }],
  ["rhetoric", { text: "seriously?" }],
  ["a long text that ends in a question", { text: `why ${"so ".repeat(200)}?` }],
  ["nothing but a mention", { text: `<@${BOT}>` }],
  ["a mention of another bot", { text: "<@U0OTHER> who owns order-service?" }],
  ["a question in the channel", { text: "why is it failing?", thread_ts: undefined }],
  ["the first message of a thread", { text: "why is it failing?", thread_ts: reply.ts }],
  ["an edit", { text: `<@${BOT}> why?`, subtype: "message_changed" }],
  ["another app", { text: `<@${BOT}> why is it failing?`, bot_id: "B2" }],
  ["our own post", { text: "why is it failing?", user: BOT }],
  ["our own post that names the app", { text: `<@${BOT}> why?`, app_id: "A0ONCALL" }],
  ["no text", {}],
])("%s is no question to us", (_, message) => {
  const { thread_ts, ...rest } = { ...reply, ...message };
  expect(parseQuestion(thread_ts === undefined ? rest : { ...rest, thread_ts }, [BOT])).toBeNull();
});
