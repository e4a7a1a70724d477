// Pieces of output that are held: replies that wait for the rest of their chunk, or what is left of
// a long answer.
//
// Invariant: `size` is the sum of the pieces' bytes, which do not change any more.
import type { Socket } from './socket.ts';

export class HeldOutput {
  size = 0;
  private pieces: Uint8Array[] = [];

  hold(bytes: Uint8Array): void {
    this.pieces.push(bytes);
    this.size += bytes.length;
  }

  clear(): void {
    this.pieces = [];
    this.size = 0;
  }

  sendAll(socket: Socket): void {
    const { pieces } = this;
    this.clear();
    for (const bytes of pieces) socket.send(bytes, bytes.length);
  }

  /** Sends the first pieces, at least `atLeast` bytes if there are so many. Returns their size. */
  sendShare(socket: Socket, atLeast: number): number {
    const { pieces } = this;
    let count = 0;
    let size = 0;
    for (; count < pieces.length && size < atLeast; count++) {
      size += pieces[count].length;
      socket.send(pieces[count], pieces[count].length);
    }
    pieces.splice(0, count);
    this.size -= size;
    return size;
  }
}
