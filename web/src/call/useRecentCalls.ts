/** The latest calls, asked for when somebody wants to see them. */
import { ref, shallowRef } from "vue";
import { readRecentCalls, type RecentCall } from "@/protocol/messages";

export type RecentStatus = "not_asked" | "loading" | "shown" | "failed";

const SHOWN = 20;

export function useRecentCalls(ask: (path: string) => Promise<Response> = (path) => fetch(path)) {
  const calls = shallowRef<readonly RecentCall[]>([]);
  const status = ref<RecentStatus>("not_asked");

  async function load(): Promise<void> {
    status.value = "loading";
    try {
      const answer = await ask(`/v1/calls?limit=${SHOWN}`);
      if (!answer.ok) throw new TypeError(`status ${answer.status}`);
      calls.value = readRecentCalls(await answer.json()).slice(0, SHOWN);
      status.value = "shown";
    } catch {
      status.value = "failed"; // no network, no permission or no JSON: the list offers to try again
    }
  }

  return { calls, status, load };
}
