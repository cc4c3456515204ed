/** Sample recordings that the server can play as live calls; none when it does not offer that. */
import { ref, shallowRef } from "vue";
import type { Ask } from "@/protocol/access";

export function useSamples(ask: Ask) {
  const samples = shallowRef<readonly string[]>([]);
  const isStarting = ref(false);

  async function load(): Promise<void> {
    try {
      const page = (await ask("/v1/demo/samples")) as { items?: unknown };
      const items = Array.isArray(page.items) ? (page.items as unknown[]) : [];
      samples.value = items.filter((name): name is string => typeof name === "string");
    } catch {
      samples.value = []; // the page then names the commands instead
    }
  }

  /** False when the server did not start it. The call itself arrives by the desk socket. */
  async function play(sample: string): Promise<boolean> {
    isStarting.value = true;
    try {
      await ask("/v1/demo/calls", { sample, pace: 1 });
      return true;
    } catch {
      return false;
    } finally {
      isStarting.value = false;
    }
  }

  return { samples, isStarting, load, play };
}
