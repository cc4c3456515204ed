/** Says what keeps the desk from showing a call. Pure. */
import type { LinkState } from "@/protocol/socket";

export interface Trouble {
  kind: "server" | "not_found" | "forbidden" | "sign_in" | "refused";
  details: { count: number; id: string; code: string };
}

/** A stumble is not worth a word; from this many failed attempts on the screen explains itself. */
const TELL_AFTER = 2;

const KIND_OF_CODE: Readonly<Record<number, Trouble["kind"]>> = {
  4401: "sign_in",
  4403: "forbidden",
  4404: "not_found",
};

export function troubleOf(link: LinkState, callId: string | null, serverCode: string | null): Trouble | null {
  const code = serverCode ?? String(link.closeCode ?? "");
  const details = { count: link.failures, id: callId ?? "", code };
  if (link.status === "refused") return { kind: KIND_OF_CODE[link.closeCode ?? 0] ?? "refused", details };
  if (link.status === "reconnecting" && link.failures >= TELL_AFTER) return { kind: "server", details };
  return null;
}
