/** A trial call from this computer's microphone, by the same audio door that telephone adapters use. */
import { onScopeDispose, ref, shallowRef } from "vue";
import { socketAddress, type Access } from "@/protocol/access";

export type MicrophoneTrouble =
  "not_secure" | "refused" | "no_device" | "busy" | "line_lost" | "too_slow" | "server_refused";

/** More sound than this waiting for the line means that it cannot keep up: two seconds at 48 kHz. */
const MOST_WAITING_BYTES = 2 * 48_000 * 2;

const TROUBLES: Readonly<Record<string, MicrophoneTrouble>> = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "no_device",
  NotReadableError: "busy",
};

/** Why the browser gave no sound, from the name of its error (W3C Media Capture, getUserMedia). Pure. */
export const troubleOfMicrophone = (fault: unknown): MicrophoneTrouble =>
  TROUBLES[(fault as { name?: string } | null)?.name ?? ""] ?? "no_device";

interface Line {
  readonly socket: WebSocket;
  readonly context: AudioContext;
  readonly sound: MediaStream;
}

export function useMicrophone(access: Access) {
  const isOn = ref(false);
  const trouble = ref<MicrophoneTrouble | null>(null);
  const line = shallowRef<Line | null>(null);
  /** The call begins when the server has taken it; sound before that belongs to no call. */
  let isAccepted = false;

  function close(): void {
    const open = line.value;
    line.value = null;
    isOn.value = false;
    open?.sound.getTracks().forEach((track) => track.stop());
    if (open && open.context.state !== "closed") void open.context.close();
  }

  /** Ends the call properly: the server transcribes what it has, then closes. */
  function stop(): void {
    const open = line.value;
    close();
    if (open?.socket.readyState === WebSocket.OPEN) open.socket.send(JSON.stringify({ type: "end" }));
  }

  function fail(why: MicrophoneTrouble): void {
    trouble.value = why;
    stop();
  }

  async function start(domain: string, layout: "agent" | "customer", agentId: string | null): Promise<void> {
    trouble.value = null;
    if (!window.isSecureContext || !navigator.mediaDevices) {
      trouble.value = "not_secure"; // browsers give the microphone to https and to this machine only
      return;
    }
    isOn.value = true;
    let sound: MediaStream;
    try {
      sound = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, channelCount: 1 },
      });
    } catch (fault) {
      isOn.value = false;
      trouble.value = troubleOfMicrophone(fault);
      return;
    }
    const context = new AudioContext();
    await context.audioWorklet.addModule("/microphone.js");
    const socket = openLine(domain, layout, context.sampleRate, agentId);
    line.value = { socket, context, sound };
    const worklet = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0 });
    worklet.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => send(socket, data);
    context.createMediaStreamSource(sound).connect(worklet);
  }

  function openLine(domain: string, layout: string, rate: number, agentId: string | null): WebSocket {
    const callId = `trial-${crypto.randomUUID().slice(0, 8)}`;
    const query = { domain, encoding: "pcm_s16le", rate: String(rate), layout };
    const socket = new WebSocket(socketAddress(`/v1/calls/${callId}/audio`, query, access));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", agent_id: agentId, metadata: {} }));
    isAccepted = false;
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      isAccepted ||= typeof data === "string" && data.includes('"accepted"');
    };
    socket.onclose = ({ code }) => {
      if (line.value?.socket !== socket) return; // ended from here
      fail(code >= 4400 && code < 4500 ? "server_refused" : "line_lost");
    };
    return socket;
  }

  function send(socket: WebSocket, samples: ArrayBuffer): void {
    if (!isAccepted || line.value?.socket !== socket || socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > MOST_WAITING_BYTES) fail("too_slow");
    else socket.send(samples);
  }

  onScopeDispose(stop);
  return { isOn, trouble, start, stop };
}
