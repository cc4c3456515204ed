/** Plays a call's recording and draws both sides of it (wavesurfer.js); lets go of the sound when the page is left. */
import WaveSurfer from "wavesurfer.js";
import { onScopeDispose, ref, shallowRef } from "vue";

export const PACES = [0.75, 1, 1.25, 1.5, 2] as const;

export interface WaveColours {
  readonly agent: string;
  readonly customer: string;
  readonly played: string;
  readonly cursor: string;
}

/** Peaks need no more: an hour of both sides stays below 250 MB while it is decoded. */
const PEAK_RATE = 8000;
const TRACK_PX = 44;

/** The number that this page's policy lets inline styles carry. */
const nonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

export function usePlayer() {
  const atMs = ref(0);
  const lengthMs = ref(0);
  const isPlaying = ref(false);
  const isReady = ref(false);
  const isBroken = ref(false);
  const pace = ref<number>(1);
  const surfer = shallowRef<WaveSurfer | null>(null);
  let wantedMs: number | null = null;

  async function open(place: HTMLElement, sound: Blob, colours: WaveColours): Promise<void> {
    surfer.value?.destroy();
    const track = (wave: string) => ({
      waveColor: wave,
      progressColor: colours.played,
      height: TRACK_PX,
      overlay: false,
    });
    const made = WaveSurfer.create({
      container: place,
      height: TRACK_PX,
      cursorColor: colours.cursor,
      cursorWidth: 2,
      barWidth: 2,
      barGap: 1,
      normalize: true,
      sampleRate: PEAK_RATE,
      cspNonce: nonce(),
      splitChannels: [track(colours.agent), track(colours.customer)],
    });
    surfer.value = made;
    made.on("timeupdate", (seconds) => (atMs.value = Math.round(seconds * 1000)));
    made.on("play", () => (isPlaying.value = true));
    made.on("pause", () => (isPlaying.value = false));
    made.on("error", () => (isBroken.value = true));
    try {
      await made.loadBlob(sound);
    } catch {
      isBroken.value = true; // the browser cannot decode it: the text stays usable
      return;
    }
    lengthMs.value = Math.round(made.getDuration() * 1000);
    isReady.value = true;
    if (wantedMs !== null) seek(wantedMs);
  }

  /** Before the sound is there the wish is kept. */
  function seek(ms: number): void {
    wantedMs = ms;
    if (!isReady.value) return;
    surfer.value?.setTime(Math.min(Math.max(0, ms), lengthMs.value) / 1000);
  }

  function toggle(): void {
    if (isReady.value) void surfer.value?.playPause();
  }

  function playFrom(ms: number): void {
    seek(ms);
    if (isReady.value) void surfer.value?.play();
  }

  function setPace(wanted: number): void {
    pace.value = wanted;
    surfer.value?.setPlaybackRate(wanted, true); // the pitch of the voices stays
  }

  onScopeDispose(() => surfer.value?.destroy());
  return { atMs, lengthMs, isPlaying, isReady, isBroken, pace, open, seek, toggle, playFrom, setPace };
}

export type Player = ReturnType<typeof usePlayer>;
