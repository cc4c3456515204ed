/** A short tone in the agent's ear; made here, so no file is fetched. */

const TONES_HZ = [880, 660] as const;
const TONE_S = 0.12;
const LOUDNESS = 0.08; // under a voice in the headset

let context: AudioContext | null = null;

/** Silent where the browser has not yet been touched or has no sound: the alert stands on the screen all the same. */
export function chime(): void {
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") void context.resume();
    const began = context.currentTime;
    TONES_HZ.forEach((hz, i) => tone(context as AudioContext, hz, began + i * TONE_S));
  } catch {
    // no sound device
  }
}

function tone(on: AudioContext, hz: number, at: number): void {
  const voice = on.createOscillator();
  const volume = on.createGain();
  voice.frequency.value = hz;
  volume.gain.setValueAtTime(LOUDNESS, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + TONE_S); // without the fall it clicks
  voice.connect(volume).connect(on.destination);
  voice.start(at);
  voice.stop(at + TONE_S);
}
