/** Sockets and pauses that a test moves by hand. */
import type { LinkParts, SocketLike } from "@/protocol/socket";

export class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  isClosed = false;

  constructor(readonly url: string) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.onopen?.();
  }

  tell(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  break(code = 1006): void {
    this.onclose?.({ code });
  }
}

export function fakeNetwork() {
  const sockets: FakeSocket[] = [];
  const pauses: { ms: number; run: () => void; cancelled: boolean }[] = [];
  const parts: LinkParts = {
    connect: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    after: (ms, run) => {
      const pause = { ms, run, cancelled: false };
      pauses.push(pause);
      return () => (pause.cancelled = true);
    },
    random: () => 0.5,
  };
  return {
    parts,
    sockets,
    pauses,
    /** The newest socket. */
    get now(): FakeSocket {
      const socket = sockets.at(-1);
      if (!socket) throw new Error("nothing has connected");
      return socket;
    },
    /** Lets the last pause pass. */
    wait(): void {
      const pause = pauses.at(-1);
      if (pause && !pause.cancelled) pause.run();
    },
  };
}
