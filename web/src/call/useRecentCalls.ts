/** The latest calls, asked for when somebody wants to see them. */
import { ref, shallowRef } from "vue";
import type { Ask } from "@/protocol/access";
import { readRecentCalls, type RecentCall } from "@/protocol/messages";

export type RecentStatus = "not_asked" | "loading" | "shown" | "failed";

const SHOWN = 20;

export function useRecentCalls(ask: Ask) {
  const calls = shallowRef<readonly RecentCall[]>([]);
  const status = ref<RecentStatus>("not_asked");

  async function load(): Promise<void> {
    status.value = "loading";
    try {
      calls.value = readRecentCalls(await ask(`/v1/calls?limit=${SHOWN}`)).slice(0, SHOWN);
      status.value = "shown";
    } catch {
      status.value = "failed"; // no network, no permission or no JSON: the list offers to try again
    }
  }

  return { calls, status, load };
}
