/** Hands the page's one access to whoever asks the server. */
import { inject, type App, type InjectionKey } from "vue";
import { openAccess, type Access } from "@/protocol/access";

const key: InjectionKey<Access> = Symbol("access");

export const accessPlugin = {
  install(app: App): void {
    app.provide(key, openAccess());
  },
};

export function useAccess(): Access {
  return inject(key, () => ({ token: null }), true);
}
