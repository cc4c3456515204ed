/** Hands the page's one access to whoever asks the server. */
import { inject, type App, type InjectionKey } from "vue";
import { asker, openAccess, type Access, type Ask } from "@/protocol/access";

const key: InjectionKey<Access> = Symbol("access");

export const accessPlugin = {
  install(app: App): void {
    app.provide(key, openAccess());
  },
};

export function useAccess(): Access {
  return inject(key, () => ({ token: null }), true);
}

/** Asks the server with what opens it from this page. */
export const useAsk = (): Ask => asker(useAccess());
