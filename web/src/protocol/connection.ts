/**
 * One call's events in order and its commands out, over connections that may break.
 *
 * Resumes after the last event it handed on, so the reader sees each event once. Commands wait until the server has
 * answered them and are sent again on a new connection; the server answers a repeated id with the same result.
 */
import type { AssistEvent, ScreenCommand } from "./events";
import { readCallMessage } from "./messages";
import { ReconnectingLink, type LinkParts, type LinkState } from "./socket";

type WithoutId<C> = C extends ScreenCommand ? Omit<C, "command_id"> : never;

/** A command before it has its id. */
export type CommandBody = WithoutId<ScreenCommand>;

export interface CommandOutcome {
  ok: boolean;
  code: string | null;
}

export interface ConnectionOptions {
  callId: string;
  /** `ws://host` or `wss://host`, no trailing slash. */
  base: string;
  onEvent: (event: AssistEvent) => void;
  onState: (state: LinkState) => void;
  /** The server said why it is about to close. */
  onServerError?: (code: string) => void;
  /** How many commands are not answered yet. */
  onUnanswered?: (count: number) => void;
  parts?: LinkParts;
  newId?: () => string;
}

/** Works on plain http too, where `crypto.randomUUID` does not exist. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

interface Waiting {
  text: string;
  settle: (outcome: CommandOutcome) => void;
}

export class CallConnection {
  private readonly link: ReconnectingLink;
  private readonly waiting = new Map<string, Waiting>();
  private lastSeq = 0;
  private left = false;

  constructor(private readonly options: ConnectionOptions) {
    this.link = new ReconnectingLink({
      url: () => this.url(),
      onOpen: () => this.sendWaiting(),
      onText: (text) => this.receive(text),
      onState: (state) => this.tell(() => options.onState(state)),
      ...(options.parts ? { parts: options.parts } : {}),
    });
  }

  start(): void {
    this.link.start();
  }

  /** Nothing is told to the screen from here on; the link stays until the last command has its answer. */
  leave(): void {
    this.left = true;
    if (this.waiting.size === 0) this.link.stop();
  }

  networkCameBack(): void {
    this.link.retryNow();
  }

  networkWentAway(): void {
    this.link.suspect();
  }

  /** Resolves when the server has answered, however many connections that takes. */
  send(body: CommandBody): Promise<CommandOutcome> {
    const commandId = (this.options.newId ?? randomId)();
    const text = JSON.stringify({ ...body, command_id: commandId });
    return new Promise((settle) => {
      this.waiting.set(commandId, { text, settle });
      this.options.onUnanswered?.(this.waiting.size);
      this.link.send(text);
    });
  }

  private url(): string {
    return `${this.options.base}/v1/calls/${encodeURIComponent(this.options.callId)}/events?after=${this.lastSeq}`;
  }

  private sendWaiting(): void {
    for (const { text } of this.waiting.values()) this.link.send(text);
  }

  private receive(text: string): void {
    const message = readCallMessage(text);
    switch (message?.kind) {
      case "event":
      case "unknown":
        // A socket keeps order and loses nothing, so a jump in seq is the server leaving out superseded drafts for a
        // slow screen. Going back is the only thing to guard against.
        if (message.event.seq <= this.lastSeq) return;
        this.lastSeq = message.event.seq;
        if (message.kind === "event") this.tell(() => this.options.onEvent(message.event));
        return;
      case "result":
        this.settle(message.result.command_id, { ok: message.result.ok, code: message.result.code });
        return;
      case "error":
        this.tell(() => this.options.onServerError?.(message.error.code));
        return;
      case undefined:
        return;
    }
  }

  private settle(commandId: string, outcome: CommandOutcome): void {
    const waiting = this.waiting.get(commandId);
    if (!waiting) return;
    this.waiting.delete(commandId);
    this.tell(() => this.options.onUnanswered?.(this.waiting.size));
    waiting.settle(outcome);
    if (this.left && this.waiting.size === 0) this.link.stop();
  }

  private tell(inform: () => void): void {
    if (!this.left) inform();
  }
}
