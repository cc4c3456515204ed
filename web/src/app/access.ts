/** Hands the page's one access to whoever asks the server. */
import { inject, type App, type InjectionKey } from "vue";
import { asker, openAccess, type Access, type Ask } from "@/protocol/access";

const key: InjectionKey<Access> = Symbol("access");

/** Gives the page its access and hands it back, for what starts before any component. */
export function provideAccess(app: App): Access {
  const access = openAccess();
  app.provide(key, access);
  return access;
}

export function useAccess(): Access {
  return inject(key, () => ({ token: null }), true);
}

/** Asks the server with what opens it from this page. */
export const useAsk = (): Ask => asker(useAccess());
