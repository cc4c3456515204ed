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
  /** The socket's address for what follows this event. */
  address: (after: number) => string;
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
  private gapAfter: number | null = null;

  constructor(private readonly options: ConnectionOptions) {
    this.link = new ReconnectingLink({
      url: () => options.address(this.lastSeq),
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

  private sendWaiting(): void {
    for (const { text } of this.waiting.values()) this.link.send(text);
  }

  private receive(text: string): void {
    const message = readCallMessage(text);
    switch (message?.kind) {
      case "event":
      case "unknown":
        if (message.event.seq <= this.lastSeq || this.fetchesGap(message.event.seq)) return;
        this.lastSeq = message.event.seq;
        if (message.kind === "event") this.tell(() => this.options.onEvent(message.event));
        return;
      case "result":
        this.settle(message.result.command_id, { ok: message.result.ok, code: message.result.code });
        return;
      case "error":
        this.hearError(message.error.code);
        return;
      case undefined:
        return;
    }
  }

  /**
   * Events are missing before this one: asks for them on a new connection. When they are missing there too, the server
   * does not have them, and the screen goes on with what there is.
   */
  private fetchesGap(seq: number): boolean {
    const isGap = seq > this.lastSeq + 1;
    if (!isGap || this.gapAfter === this.lastSeq) return false;
    this.gapAfter = this.lastSeq;
    this.link.suspect();
    return true;
  }

  /** A command that the server cannot read is answered without its id; answers come in the order of the commands. */
  private hearError(code: string): void {
    const [first] = this.waiting.keys();
    if (code === "bad_command" && first !== undefined) this.settle(first, { ok: false, code });
    else this.tell(() => this.options.onServerError?.(code));
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
