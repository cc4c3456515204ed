/** What every part of the desk may ask for: a command to the call, a look at the words, a copy. */
import { inject, provide, type InjectionKey } from "vue";
import type { CommandBody, CommandOutcome } from "@/protocol/connection";

export interface DeskContext {
  /** Sends a command; tells the agent when it was refused. */
  run: (body: CommandBody) => Promise<CommandOutcome>;
  /** Brings an utterance into view and marks it for a moment. */
  showWords: (utteranceId: string) => void;
  copy: (text: string) => Promise<void>;
}

const key: InjectionKey<DeskContext> = Symbol("desk");

export const provideDesk = (context: DeskContext): void => provide(key, context);

export function useDesk(): DeskContext {
  const context = inject(key);
  if (!context) throw new Error("used outside of the desk");
  return context;
}
