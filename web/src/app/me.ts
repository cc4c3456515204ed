/** Who is at this screen, as the server says; asked once a page. */
import { inject, ref, type App, type InjectionKey, type Ref } from "vue";
import type { Role } from "./pages";

export interface Me {
  /** Null where access control is off. */
  readonly roles: Ref<readonly Role[] | null>;
}

const key: InjectionKey<Me> = Symbol("me");

export const mePlugin = {
  install(app: App): void {
    app.provide(key, { roles: ref(null) });
  },
};

export const useMe = (): Me => inject(key, () => ({ roles: ref(null) }), true);
