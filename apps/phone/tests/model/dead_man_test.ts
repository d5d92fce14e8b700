import { describe, expect, it } from 'vitest';

import { readDeadMan, stateOf } from '../../src/model/dead_man';
import { readFloor } from '../../src/model/floor';

const hour = 3_600_000;
const heard = 1_700_000_000_000;
const value = { hours: 10, heardAt: heard, firesAt: heard + 10 * hour };

describe('the dead-man\u2019s switch', () => {
  it('is read with the floor, and is off where nothing stands', () => {
    const floor = { heartbeat: heard, version: '0.1.0' };
    expect(readFloor({ ...floor, deadMan: value })?.deadMan).toEqual({
      hours: 10,
      heardMs: heard,
      firesMs: heard + 10 * hour,
      firedMs: undefined,
    });
    expect(readFloor(floor)?.deadMan).toBeUndefined();
  });

  it('takes nothing for a switch that is none', () => {
    for (const wrong of [null, 7, [], {}, { ...value, hours: 0 }, { ...value, hours: '10' }, { ...value, firesAt: 'x' }])
      expect(readDeadMan(wrong)).toBeUndefined();
  });

  it('is about to fire when less than a tenth is left', () => {
    const deadMan = readDeadMan(value);
    if (!deadMan) throw new Error('not read');
    const at = (ms: number) => stateOf(deadMan, heard + ms);
    expect(at(0)).toBe('waits');
    expect(at(9 * hour)).toBe('waits');
    expect(at(9 * hour + 1)).toBe('soon');
    expect(at(10 * hour - 1)).toBe('soon');
  });

  it('has fired when the floor says so, and not because its time is over', () => {
    const deadMan = readDeadMan(value);
    const fired = readDeadMan({ ...value, firedAt: heard + 10 * hour + 5 });
    if (!deadMan || !fired) throw new Error('not read');
    expect(stateOf(deadMan, heard + 10 * hour)).toBe('due');
    expect(stateOf(fired, heard + 10 * hour + 5)).toBe('fired');
  });
});
