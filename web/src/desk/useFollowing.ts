/** Keeps a scrolling list at its end until somebody scrolls up. */
import { ref, type Ref } from "vue";

/** Nearer to the end than this counts as being there. */
const NEAR_PX = 48;

export function useFollowing(list: Ref<HTMLElement | null>) {
  const isFollowing = ref(true);
  let lastTop = 0;

  /** Off-screen rows get their real height only when near, so the end is sought again in the next frame. */
  function settle(): void {
    const toEnd = (): void => {
      if (list.value && isFollowing.value) list.value.scrollTop = list.value.scrollHeight;
    };
    toEnd();
    requestAnimationFrame(toEnd);
  }

  function follow(): void {
    isFollowing.value = true;
    settle();
  }

  function onScroll(): void {
    const element = list.value;
    if (!element) return;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    // Only an upward move is the reader's wish: a growing list also changes the distance.
    if (left > NEAR_PX && element.scrollTop < lastTop) isFollowing.value = false;
    else if (left <= NEAR_PX) isFollowing.value = true;
    lastTop = element.scrollTop;
  }

  return { isFollowing, follow, settle, onScroll };
}
