/**
 * A text websocket that comes back by itself, with growing pauses. Knows neither Vue nor what the messages mean.
 */

/** The part of the browser's WebSocket that is used; tests give their own. */
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

/** Where a link gets sockets, pauses and chance from. */
export interface LinkParts {
  connect: (url: string) => SocketLike;
  after: (ms: number, run: () => void) => () => void;
  random: () => number;
}

export const browserParts: LinkParts = {
  connect: (url) => new WebSocket(url) as unknown as SocketLike,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

export type LinkStatus = "connecting" | "connected" | "reconnecting" | "refused" | "closed";

export interface LinkState {
  status: LinkStatus;
  /** Attempts since the last good connection. */
  failures: number;
  /** Set when `refused`: the close code that says trying again is of no use. */
  closeCode: number | null;
}

export interface LinkOptions {
  url: () => string;
  onOpen?: () => void;
  onText: (text: string) => void;
  onState: (state: LinkState) => void;
  parts?: LinkParts;
}

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 10_000;

/** Pause before attempt number `failures`, spread so that a hall of screens does not return in one instant. */
export function pauseMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(full * (0.75 + 0.5 * random));
}

/** Close codes 4400–4499 mirror HTTP 4xx: the request itself is wrong, so it is not repeated. */
const isRefusal = (code: number): boolean => code >= 4400 && code <= 4499 && code !== 4408 && code !== 4429;

export class ReconnectingLink {
  private readonly parts: LinkParts;
  private socket: SocketLike | null = null;
  private isOpen = false;
  private failures = 0;
  private cancelPause: (() => void) | null = null;
  private stopped = true;

  constructor(private readonly options: LinkOptions) {
    this.parts = options.parts ?? browserParts;
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.failures = 0;
    this.tell("connecting");
    this.connect();
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.drop();
    this.tell("closed");
  }

  /** False when there is no open connection; the caller keeps the text for later. */
  send(text: string): boolean {
    if (!this.isOpen || !this.socket) return false;
    this.socket.send(text);
    return true;
  }

  /** The network says that it is back: try now instead of at the end of the pause. */
  retryNow(): void {
    if (this.stopped || this.isOpen || !this.cancelPause) return;
    this.cancelPause();
    this.cancelPause = null;
    this.connect();
  }

  /** The network says that it is gone: a socket may take minutes to notice by itself. */
  suspect(): void {
    if (this.stopped || !this.socket) return;
    this.drop();
    this.pause();
  }

  private connect(): void {
    const socket = this.parts.connect(this.options.url());
    this.socket = socket;
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.isOpen = true;
      this.tell("connected");
      this.options.onOpen?.();
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket || typeof data !== "string") return;
      this.failures = 0; // a server that opens and closes at once has not recovered
      this.options.onText(data);
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.socket) return;
      this.socket = null;
      this.isOpen = false;
      if (isRefusal(code)) this.refuse(code);
      else this.pause();
    };
  }

  private pause(): void {
    this.failures += 1;
    this.tell("reconnecting");
    this.cancelPause = this.parts.after(pauseMs(this.failures, this.parts.random()), () => {
      this.cancelPause = null;
      this.connect();
    });
  }

  private refuse(code: number): void {
    this.stopped = true;
    this.tell("refused", code);
  }

  private drop(): void {
    this.cancelPause?.();
    this.cancelPause = null;
    const socket = this.socket;
    this.socket = null;
    this.isOpen = false;
    socket?.close(1000);
  }

  private tell(status: LinkStatus, closeCode: number | null = null): void {
    this.options.onState({ status, failures: this.failures, closeCode });
  }
}
