/** Groups a long list into runs whose identity stays while their content does, so that only changed runs render. Pure. */
import type { Utterance } from "./state";

export const CHUNK_SIZE = 40;

export type Chunk = readonly Utterance[];

export function chunked(list: readonly Utterance[], before: readonly Chunk[]): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < list.length; at += CHUNK_SIZE) {
    const known = before[chunks.length];
    const length = Math.min(CHUNK_SIZE, list.length - at);
    const isSame = known?.length === length && known.every((said, i) => said === list[at + i]);
    chunks.push(isSame ? known : list.slice(at, at + length));
  }
  return chunks;
}
