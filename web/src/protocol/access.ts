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

export type Ask = (path: string, body?: unknown) => Promise<unknown>;

/** Asks over HTTP: with a body it posts. Rejects when the server refuses or cannot be reached. */
export function asker(access: Access): Ask {
  return async (path, body) => {
    const headers: Record<string, string> = access.token ? { authorization: `Bearer ${access.token}` } : {};
    if (body !== undefined) headers["content-type"] = "application/json";
    const answer = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return (await answer.json()) as unknown;
  };
}
