// Audio worklet: hands on what the microphone hears as 16-bit samples, about ten times a second.
const SAMPLES = 4800;

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Int16Array(SAMPLES);
    this.filled = 0;
  }

  process([input]) {
    for (const sample of input?.[0] ?? []) {
      this.block[this.filled++] = Math.max(-1, Math.min(1, sample)) * 32767;
      if (this.filled === SAMPLES) {
        this.port.postMessage(this.block.slice().buffer);
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor("microphone", Microphone);
