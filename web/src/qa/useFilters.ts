/** Filters of a list that stand in the address, so that a view can be shared, kept and come back to. */
import { computed, ref, type WritableComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

export type Filters<K extends string> = Record<K, WritableComputedRef<string>>;

export function useFilters<K extends string>(names: readonly K[]) {
  const route = useRoute();
  const router = useRouter();
  const of = (name: string): WritableComputedRef<string> =>
    computed({
      get: () => (typeof route.query[name] === "string" ? route.query[name] : ""),
      set: (value) => void router.replace({ query: { ...route.query, [name]: value || undefined } }),
    });
  const filters = Object.fromEntries(names.map((name) => [name, of(name)])) as Filters<K>;
  const chosen = computed(
    () => Object.fromEntries(names.map((name) => [name, filters[name].value])) as Record<K, string>,
  );
  return { filters, chosen };
}

export interface SavedView {
  readonly name: string;
  readonly query: Record<string, string>;
}

function readViews(key: string): SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return (kept as Partial<SavedView>[]).flatMap(({ name, query }) =>
      typeof name === "string" && typeof query === "object" ? [{ name, query }] : [],
    );
  } catch {
    return []; // storage is forbidden or holds something else: there are no kept views
  }
}

/** Views that this browser keeps under names. */
export function useSavedViews(key: string) {
  const views = ref<readonly SavedView[]>(readViews(key));
  function keep(next: readonly SavedView[]): void {
    views.value = next;
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // storage is forbidden or full: the views last as long as the page
    }
  }
  return {
    views,
    save: (view: SavedView) => keep([...views.value.filter(({ name }) => name !== view.name), view]),
    drop: (name: string) => keep(views.value.filter((view) => view.name !== name)),
  };
}
