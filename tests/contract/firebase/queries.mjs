// Every kind of query, answered by the server, against the SDK's own filter over all of the data;
// then the same while the data change.
import * as sdk from 'firebase/database'
import { connect, same, until } from './clients.mjs'

const { get, onValue, set, update } = sdk

// The same each time.
function random(seed) {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return Math.floor((state / 0x80000000) * below)
  }
}

const keys = ['a', 'b', 'c', 'd', '1', '2', '10', '01', '-5', 'é', '\u{1f600}', '\uffee']
const scalars = [true, false, -3, 0, 1.5, 2, 1e10, '', 'a', 'b', 'é', '\u{1f600}']

function value(next) {
  const kind = next(10)
  if (kind < 5) return scalars[next(scalars.length)]
  return { v: scalars[next(scalars.length)], deep: { w: next(4) }, n: kind }
}

/// All kinds of constraints; `order` decides what a bound may be.
function constraints(next, order) {
  const bound = () => (order === 'key' ? [keys[next(keys.length)]]
    : next(3) === 0 ? [order === 'priority' ? next(4) : scalars[next(scalars.length)], keys[next(keys.length)]]
      : [order === 'priority' ? next(4) : scalars[next(scalars.length)]])
  const made = [{
    key: () => sdk.orderByKey(), value: () => sdk.orderByValue(), priority: () => sdk.orderByPriority(),
    child: () => sdk.orderByChild('v'), deep: () => sdk.orderByChild('deep/w'),
  }[order]()]
  const range = next(6)
  if (range === 0) made.push(sdk.equalTo(...bound()))
  if (range === 1 || range === 3) made.push((next(2) ? sdk.startAt : sdk.startAfter)(...bound()))
  if (range === 2 || range === 3) made.push((next(2) ? sdk.endAt : sdk.endBefore)(...bound()))
  const limit = next(3)
  if (limit > 0) made.push((limit === 1 ? sdk.limitToFirst : sdk.limitToLast)(1 + next(4)))
  return made
}

function listed(snapshot) {
  const found = []
  snapshot.forEach((each) => void found.push([each.key, each.exportVal()]))
  return found
}

const orders = ['key', 'value', 'priority', 'child', 'deep']

function fill(next) {
  const data = {}
  for (const key of keys) {
    const made = value(next)
    if (next(3) === 0) continue
    data[key] = next(3) > 0 ? made
      : typeof made === 'object' ? { ...made, '.priority': next(4) } : { '.value': made, '.priority': next(4) }
  }
  return data
}

export const queries = Object.fromEntries(orders.map((order) => [
  `queries by ${order}`, async (where) => {
    const next = random(orders.indexOf(order) + 1)
    const path = `queries/${order}`
    const writer = connect(where)
    const whole = connect(where)
    const live = connect(where)
    await set(writer.at(path), fill(next))
    // With all of the data there, the SDK asks nobody.
    onValue(whole.at(path), () => {})
    const asked = Array.from({ length: 24 }, () => constraints(next, order))
    const windows = asked.map((parts) => {
      const window = { parts, expected: undefined, found: undefined }
      onValue(sdk.query(whole.at(path), ...parts), (snapshot) => (window.expected = listed(snapshot)))
      onValue(sdk.query(live.at(path), ...parts), (snapshot) => (window.found = listed(snapshot)))
      return window
    })
    const told = (window) => `${JSON.stringify(sdk.query(live.at(path), ...window.parts)._queryObject)}: ` +
      `expected ${JSON.stringify(window.expected)}, found ${JSON.stringify(window.found)}`
    const agree = async (last) => {
      // Behind everything that was written before.
      await Promise.all([whole, live].map((client) => get(client.at('nothing/there'))))
      for (const window of windows) {
        await until(() => window.expected && JSON.stringify(window.expected) === JSON.stringify(window.found),
          () => `${last}: ${told(window)}`)
      }
    }
    await agree('at first')
    for (const window of windows.slice(0, 8)) {
      const fresh = await get(sdk.query(connect(where).at(path), ...window.parts))
      same(listed(fresh), window.expected, `get of ${told(window)}`)
    }
    for (let step = 0; step < 30; ++step) {
      const key = keys[next(keys.length)]
      const kind = next(6)
      if (kind === 0) await set(writer.at(`${path}/${key}`), null)
      if (kind === 1) await set(writer.at(`${path}/${key}`), value(next))
      if (kind === 2) await sdk.setWithPriority(writer.at(`${path}/${key}`), value(next), next(4))
      if (kind === 3) await set(writer.at(`${path}/${key}/v`), scalars[next(scalars.length)])
      if (kind === 4) await update(writer.at(path), { [key]: value(next), [`${keys[next(3)]}x/deep/w`]: next(4) })
      if (kind === 5) await sdk.setPriority(writer.at(`${path}/${key}`), next(4))
      await agree(`step ${step}, a write of kind ${kind} to ${key}`)
    }
    await set(writer.at(path), null)
    await agree('all removed')
  },
]))
