/** A list that the server gives in parts; `more` asks for the next one. */
import { computed, ref, shallowRef } from "vue";
import { codeOf } from "./useLoaded";

export interface Part<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

export function usePaged<T>(fetch: (cursor: string | null) => Promise<Part<T>>) {
  const items = shallowRef<readonly T[]>([]);
  const next = ref<string | null>(null);
  const isLoading = ref(false);
  const isAsked = ref(false);
  const trouble = ref<string | null>(null);
  let newest = 0;

  async function take(cursor: string | null): Promise<void> {
    const mine = ++newest;
    isLoading.value = true;
    try {
      const part = await fetch(cursor);
      if (mine !== newest) return;
      items.value = cursor === null ? part.items : [...items.value, ...part.items];
      next.value = part.next_cursor;
      trouble.value = null;
    } catch (fault) {
      if (mine !== newest) return;
      if (cursor === null) items.value = [];
      trouble.value = codeOf(fault);
    } finally {
      if (mine === newest) {
        isLoading.value = false;
        isAsked.value = true;
      }
    }
  }

  return {
    items,
    isLoading,
    isAsked,
    trouble,
    hasMore: computed(() => next.value !== null),
    load: () => take(null),
    more: () => (next.value === null ? Promise.resolve() : take(next.value)),
  };
}
