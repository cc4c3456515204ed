/** Who is at this screen, as the server says; asked before the first page and again after a login. */
import { inject, shallowRef, type App, type InjectionKey, type ShallowRef } from "vue";
import { ServerRefusal, asker, type Access } from "@/protocol/access";
import type { May } from "./pages";

export interface Person {
  readonly name: string;
  readonly login: string;
  readonly agentId: string | null;
  readonly mustChangePassword: boolean;
  readonly may: May;
  /** False where nobody has to log in. */
  readonly isLogin: boolean;
}

/** `open`: nothing is asked here, or a program's token was shown. */
export type Standing = "unknown" | "open" | "person" | "stranger";

export interface Me {
  readonly standing: ShallowRef<Standing>;
  readonly person: ShallowRef<Person | null>;
  load(): Promise<void>;
  leave(): Promise<void>;
}

interface SessionBody {
  login?: unknown;
  name?: unknown;
  agent_id?: unknown;
  must_change_password?: unknown;
  csrf_token?: unknown;
  auth?: unknown;
  may?: unknown;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export function readPerson(body: unknown): { person: Person; csrf: string | null } {
  const told = (body ?? {}) as SessionBody;
  const person: Person = {
    name: textOf(told.name) || textOf(told.login),
    login: textOf(told.login),
    agentId: textOf(told.agent_id) || null,
    mustChangePassword: told.must_change_password === true,
    may: typeof told.may === "object" && told.may !== null ? (told.may as May) : {},
    isLogin: told.auth === true,
  };
  return { person, csrf: textOf(told.csrf_token) || null };
}

export function openMe(access: Access): Me {
  const standing = shallowRef<Standing>("unknown");
  const person = shallowRef<Person | null>(null);
  const ask = asker(access);

  async function load(): Promise<void> {
    try {
      const told = readPerson(await ask("/v1/session"));
      person.value = told.person;
      access.csrf = told.csrf;
      standing.value = told.person.isLogin ? "person" : "open";
    } catch (fault) {
      person.value = null;
      const isStranger = fault instanceof ServerRefusal && fault.status === 401;
      // No such route, or a program's token that has no session: the pages show what the server lets through.
      standing.value = isStranger ? "stranger" : "open";
    }
  }

  async function leave(): Promise<void> {
    await ask("/v1/session", undefined, "DELETE").catch(() => null);
    access.csrf = null;
    await load();
  }

  return { standing, person, load, leave };
}

const key: InjectionKey<Me> = Symbol("me");

export const provideMe = (app: App, me: Me): void => void app.provide(key, me);

export function useMe(): Me {
  const me = inject(key);
  if (!me) throw new Error("used outside of the page");
  return me;
}
