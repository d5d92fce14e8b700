const alphabet = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

/**
 * An id in the form of Firebase's push ids: 8 characters of time, then 12 random ones, so that
 * keys sort by time. `random` gives n values of 0 to 255.
 */
export function makePushId(nowMs: number, random: (n: number) => Uint8Array): string {
  let time = '';
  let rest = Math.max(0, Math.floor(nowMs));
  for (let i = 0; i < 8; ++i) {
    time = alphabet.charAt(rest % 64) + time;
    rest = Math.floor(rest / 64);
  }
  return time + Array.from(random(12), (x) => alphabet.charAt(x % 64)).join('');
}
