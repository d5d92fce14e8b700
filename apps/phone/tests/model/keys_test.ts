import { describe, expect, it } from 'vitest';

import { escapeKey, pathOf, unescapeKey } from '../../src/model/keys';
import { makePushId } from '../../src/model/push_id';

describe('keys', () => {
  it.each([
    ['BRK.B', 'BRK%2EB'],
    ['BTC/USD', 'BTC%2FUSD'],
    ['', '%'],
    ['50%', '50%25'],
    ['a#$[]b', 'a%23%24%5B%5Db'],
    ['\u007fé', '%7Fé'],
  ])('escapes %j as the floor does', (text, key) => {
    expect(escapeKey(text)).toBe(key);
    expect(unescapeKey(key)).toBe(text);
  });

  it('leaves alone what no escape can have made', () => {
    for (const key of ['%41', '%2e', '%2', 'a%zz']) expect(unescapeKey(key)).toBe(key);
  });

  it('builds paths', () => {
    expect(pathOf('tickers', 'BRK.B', 'price')).toBe('tickers/BRK%2EB/price');
  });
});

describe('push ids', () => {
  const zeros = (n: number) => new Uint8Array(n);

  it('has 20 characters that sort by time', () => {
    const ids = [0, 63, 64, 1_700_000_000_000, 1_700_000_000_001].map((at) => makePushId(at, zeros));
    expect(ids.every((id) => /^[-0-9A-Z_a-z]{20}$/.test(id))).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    expect(ids[2]).toBe('------0-------------');
  });

  it('takes its other characters from chance', () => {
    expect(makePushId(1, (n) => new Uint8Array(n).fill(255)).slice(8)).toBe('zzzzzzzzzzzz');
  });
});
