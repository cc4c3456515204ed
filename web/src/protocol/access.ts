/** The token that opens a protected server: taken from the address once, kept for this tab, shown with each request. */

const KEY = "hotline.token";

function stored(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null; // storage is forbidden: the token lasts as long as the page
  }
}

export interface Access {
  token: string | null;
  /** What a login asks to be shown with every change. */
  csrf?: string | null;
}

/** One for the page; made where the page starts. */
export function openAccess(): Access {
  const address = new URL(location.href);
  const shown = address.searchParams.get("token");
  if (shown === null) return { token: stored() };
  address.searchParams.delete("token"); // an address is copied and kept in histories
  history.replaceState(history.state, "", address);
  const access: Access = { token: null };
  keepToken(access, shown);
  return access;
}

export function keepToken(access: Access, token: string): void {
  access.token = token.trim() || null;
  try {
    sessionStorage.setItem(KEY, access.token ?? "");
  } catch {
    // storage is forbidden: the token lasts as long as the page
  }
}

/** Address of a socket; a browser cannot set headers there, so the token goes into the query. */
export function socketAddress(path: string, query: Record<string, string | null>, access: Access): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const address = new URL(`${scheme}://${location.host}${path}`);
  for (const [name, value] of Object.entries({ ...query, token: access.token })) {
    if (value) address.searchParams.set(name, value);
  }
  return address.href;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Asks over HTTP: with a body it posts. Rejects with `ServerRefusal`, or with another error when nobody answers. */
export type Ask = (path: string, body?: unknown, method?: Method) => Promise<unknown>;

/** The server said no; `code` is documented in docs/errors.md, `detail` says what to do. */
export class ServerRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
  ) {
    super(code);
  }
}

async function refusalOf(answer: Response): Promise<ServerRefusal> {
  const told = (await answer.json().catch(() => null)) as { code?: unknown; detail?: unknown } | null;
  const code = typeof told?.code === "string" ? told.code : `status_${answer.status}`;
  return new ServerRefusal(answer.status, code, typeof told?.detail === "string" ? told.detail : "");
}

async function answerOf(access: Access, path: string, body: unknown, method?: Method): Promise<Response> {
  const headers: Record<string, string> = access.token ? { authorization: `Bearer ${access.token}` } : {};
  if (body !== undefined) headers["content-type"] = "application/json";
  if (access.csrf) headers["x-csrf-token"] = access.csrf;
  const answer = await fetch(path, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw await refusalOf(answer);
  return answer;
}

export function asker(access: Access): Ask {
  return async (path, body, method) => {
    const answer = await answerOf(access, path, body, method);
    return answer.status === 204 ? null : ((await answer.json()) as unknown);
  };
}

/** Bytes: a recording, a table. Rejects as `Ask` does. */
export function fetcher(access: Access): (path: string) => Promise<Blob> {
  return async (path) => (await answerOf(access, path, undefined)).blob();
}

/** `/v1/x?a=1` with the parts that have a value. */
export function withQuery(path: string, query: Record<string, string | number | null | undefined>): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  return parts.length ? `${path}?${new URLSearchParams(parts).toString()}` : path;
}
