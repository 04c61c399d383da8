import type { ModelClient } from "@oncall/agent";
import type { Conversation, ConversationStore, ModelUsage, Turn, TurnFacts } from "@oncall/incidents";
import type { InvestigateDeps } from "../investigating/deps.ts";
import type { Story } from "./story.ts";

/** One question and what surrounds it. */
export interface Asked {
  readonly inboxId: string;
  readonly turn: Turn;
  readonly conversation: Conversation;
  readonly story: Story;
  readonly signal: AbortSignal;
}

export interface Reply {
  /** Markdown. */
  readonly text: string;
  readonly facts: Omit<TurnFacts, "tools_called">;
  /** What the conversation is about from now on; null: as before. */
  readonly about: { readonly incidentId: string | null; readonly subject: string | null } | null;
}

/** `registry` tells the story of its calls. */
export interface ReplyDeps extends InvestigateDeps {
  readonly conversations: ConversationStore;
  /** Answers small questions; there whenever `model` is. */
  readonly smallModel: ModelClient | undefined;
}

export function tokensOf(usage: ModelUsage): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}

/** The evidence ids that a text cites, each once. */
export function evidenceIn(text: string): string[] {
  return [...new Set(text.match(/\bev_[a-z0-9]{12}\b/g))];
}
