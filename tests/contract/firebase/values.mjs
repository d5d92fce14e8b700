// Values: written, read, listened to, transformed, removed.
import * as sdk from 'firebase/database'
import { connect, disconnect, same, until } from './clients.mjs'

const { child, get, onValue, push, ref, remove, set, update } = sdk

/// What a listener has heard so far.
function hear(query) {
  const heard = []
  onValue(query, (snapshot) => heard.push(snapshot.val()), (error) => heard.push(String(error)))
  return heard
}

export const values = {
  'set, get, update, push, remove': async (where) => {
    const one = connect(where)
    const other = connect(where)
    const at = one.at('basics')
    await set(at, { a: 1, b: { c: 'x', d: [true, 'y', 2.5] }, e: -7 })
    same((await get(other.at('basics'))).val(), { a: 1, b: { c: 'x', d: [true, 'y', 2.5] }, e: -7 })
    await update(at, { a: 2, 'b/c': 'y', e: null })
    same((await get(other.at('basics'))).val(), { a: 2, b: { c: 'y', d: [true, 'y', 2.5] } })
    const first = await push(child(at, 'list'), 'first')
    const second = await push(child(at, 'list'), 'second')
    if (!(first.key < second.key)) throw new Error('push keys are not in order')
    same(Object.values((await get(other.at('basics/list'))).val()), ['first', 'second'])
    await remove(child(at, 'b'))
    same((await get(other.at('basics/b'))).exists(), false)
    await remove(at)
    same((await get(other.at('basics'))).val(), null)
  },

  'listeners hear every change of others and of themselves once': async (where) => {
    const one = connect(where)
    const other = connect(where)
    const mine = hear(one.at('heard'))
    const theirs = hear(other.at('heard'))
    await until(() => mine.length === 1 && theirs.length === 1, 'the first value')
    await set(one.at('heard/x'), 1)
    await set(one.at('heard/x'), 2)
    await update(one.at(''), { 'heard/y': 3, 'elsewhere/z': 1 })
    await remove(one.at('heard/x'))
    const all = [null, { x: 1 }, { x: 2 }, { x: 2, y: 3 }, { y: 3 }]
    await until(() => theirs.length >= all.length, () => JSON.stringify(theirs))
    same(theirs, all, 'heard by another')
    same(mine, all, 'heard by the writer')
  },

  'listeners at a place, above and below it agree': async (where) => {
    const writer = connect(where)
    const asker = connect(where)
    const readers = ['nest', 'nest/a', 'nest/a/b', 'nest/a/b/c'].map((path) => {
      const reader = connect(where)
      let last
      onValue(reader.at(path), (snapshot) => (last = snapshot.val()))
      return { path, value: () => last }
    })
    const steps = [
      () => set(writer.at('nest'), { a: { b: { c: 1, d: 2 } }, z: 1 }),
      () => set(writer.at('nest/a/b/c'), { deep: true }),
      () => set(writer.at('nest/a'), 'a leaf now'),
      () => set(writer.at('nest/a/b/c'), 5),
      () => update(writer.at('nest'), { 'a/b/d': 1, 'a/x': 2, z: null }),
      () => remove(writer.at('nest/a/b')),
      () => set(writer.at('nest'), { a: { b: { c: 'back' } } }),
    ]
    for (const step of steps) {
      await step()
      for (const reader of readers) {
        const expected = (await get(asker.at(reader.path))).val()
        await until(() => JSON.stringify(reader.value()) === JSON.stringify(expected),
          () => `${reader.path}: ${JSON.stringify(reader.value())} for ${JSON.stringify(expected)}`)
      }
    }
  },

  'events of children': async (where) => {
    const one = connect(where)
    const other = connect(where)
    const events = []
    const query = sdk.query(other.at('children'), sdk.orderByChild('n'))
    sdk.onChildAdded(query, (s, before) => events.push(['added', s.key, s.val().n, before]))
    sdk.onChildChanged(query, (s, before) => events.push(['changed', s.key, s.val().n, before]))
    sdk.onChildMoved(query, (s, before) => events.push(['moved', s.key, s.val().n, before]))
    sdk.onChildRemoved(query, (s) => events.push(['removed', s.key, s.val().n]))
    await get(other.at('nothing'))
    await set(one.at('children/a'), { n: 1 })
    await set(one.at('children/b'), { n: 2 })
    await set(one.at('children/c'), { n: 0 })
    await set(one.at('children/c/n'), 9)
    await set(one.at('children/a/x'), true)
    await remove(one.at('children/b'))
    await until(() => events.length >= 7, () => JSON.stringify(events))
    same(events, [
      ['added', 'a', 1, null], ['added', 'b', 2, 'a'], ['added', 'c', 0, null],
      ['moved', 'c', 9, 'b'], ['changed', 'c', 9, 'b'], ['changed', 'a', 1, null],
      ['removed', 'b', 2],
    ])
  },

  'transactions of many clients are all counted': async (where) => {
    const clients = Array.from({ length: where.hands ?? 6 }, () => connect(where))
    await set(clients[0].at('count'), 5)
    await Promise.all(clients.map(async (client) => {
      for (let i = 0; i < 8; ++i) {
        const done = await sdk.runTransaction(client.at('count'), (now) => (now ?? 0) + 1)
        if (!done.committed) throw new Error('not committed')
      }
    }))
    same((await get(clients[0].at('count'))).val(), 5 + 8 * clients.length)
  },

  'a transaction may be given up, and creates only once': async (where) => {
    const one = connect(where)
    const other = connect(where)
    const create = (client) =>
      sdk.runTransaction(client.at('created'), (now) => (now === null ? { by: client.app.name } : undefined))
    const done = await Promise.all([create(one), create(other)])
    same(done.filter((each) => each.committed).length, 1)
    const kept = (await get(one.at('created'))).val()
    same(done.map((each) => each.snapshot.val()), [kept, kept])
  },

  'values of the server': async (where) => {
    const one = connect(where)
    const before = Date.now()
    await set(one.at('server'), { at: sdk.serverTimestamp(), n: 5 })
    await update(one.at('server'), { n: sdk.increment(3), m: sdk.increment(-2.5) })
    const found = (await get(connect(where).at('server'))).val()
    same([found.n, found.m], [8, -2.5])
    if (Math.abs(found.at - before) > 60_000) throw new Error(`timestamp ${found.at}`)
    const heard = hear(one.at('server/n'))
    await Promise.all(Array.from({ length: 20 }, () => set(one.at('server/n'), sdk.increment(1))))
    await until(() => heard.at(-1) === 28, () => JSON.stringify(heard))
    same(heard.every((value, i) => i === 0 || value > heard[i - 1]), true, `in order: ${heard}`)
  },

  '.info tells of the connection and the clock': async (where) => {
    const one = connect(where)
    const connected = hear(one.at('.info/connected'))
    const offset = hear(one.at('.info/serverTimeOffset'))
    await until(() => connected.at(-1) === true && typeof offset.at(-1) === 'number', 'connected')
    if (Math.abs(offset.at(-1)) > 60_000) throw new Error(`offset ${offset.at(-1)}`)
    sdk.goOffline(one.db)
    await until(() => connected.at(-1) === false, 'disconnected')
  },

  'priorities': async (where) => {
    const one = connect(where)
    const other = connect(where)
    await sdk.setWithPriority(one.at('prio/a'), 1, 30)
    await sdk.setWithPriority(one.at('prio/b'), { x: 1 }, 'late')
    await set(one.at('prio/c'), 3)
    const order = []
    onValue(sdk.query(other.at('prio'), sdk.orderByPriority()), (snapshot) => {
      const keys = []
      snapshot.forEach((each) => void keys.push(`${each.key}=${each.priority}`))
      order.push(keys.join(' '))
    })
    await until(() => order.at(-1) === 'c=null a=30 b=late', () => order.join('; '))
    await sdk.setPriority(one.at('prio/c'), 40)
    await until(() => order.at(-1) === 'a=30 c=40 b=late', () => order.join('; '))
    await sdk.setPriority(one.at('prio/b'), 1)
    await until(() => order.at(-1) === 'b=1 a=30 c=40', () => order.join('; '))
    same((await get(connect(where).at('prio/a'))).exportVal(), { '.value': 1, '.priority': 30 })
    await set(one.at('prio/a'), 2)
    await until(() => order.at(-1) === 'a=null b=1 c=40', () => order.join('; '))
    const first = await get(sdk.query(connect(where).at('prio'), sdk.orderByPriority(), sdk.startAt(2)))
    same(Object.keys(first.val()), ['c'])
    const done = await sdk.runTransaction(one.at('prio/b'), (now) => ({ ...now, y: 2 }))
    same(done.committed, true)
  },

  'what is left for the disconnect': async (where) => {
    const one = connect(where)
    const other = connect(where)
    await set(other.at('presence'), { here: true, kept: 1, gone: 1, n: 1 })
    const at = (path) => sdk.onDisconnect(one.at(`presence/${path}`))
    await at('here').set(false)
    await at('gone').remove()
    await at('kept').set(2)
    await at('kept').cancel()
    await sdk.onDisconnect(one.at('presence')).update({ n: sdk.increment(1), 'when/at': sdk.serverTimestamp() })
    const heard = hear(other.at('presence'))
    await until(() => heard.length === 1, 'the value before')
    sdk.goOffline(one.db)
    await until(() => heard.at(-1)?.here === false && heard.at(-1)?.when, () => JSON.stringify(heard))
    const { when, ...rest } = (await get(other.at('presence'))).val()
    same(rest, { here: false, kept: 1, n: 2 })
    same(typeof when.at, 'number')
  },

  'offline and back': async (where) => {
    const one = connect(where)
    const other = connect(where)
    const heard = hear(one.at('offline'))
    await set(one.at('offline/a'), 1)
    sdk.goOffline(one.db)
    const queued = set(one.at('offline/b'), 2)
    await set(other.at('offline/c'), 3)
    sdk.goOnline(one.db)
    await queued
    await until(() => heard.at(-1)?.c === 3, () => JSON.stringify(heard))
    same((await get(other.at('offline'))).val(), { a: 1, b: 2, c: 3 })
    same(heard.at(-1), { a: 1, b: 2, c: 3 })
  },

  'large values': async (where) => {
    const one = connect(where)
    const other = connect(where)
    // An emoji across every boundary that a frame could have: only we send these, the SDK itself
    // cuts characters.
    const face = String.fromCodePoint(0x1f600)
    const texts = [0, 1, 2, 3].map((shift) => 'x'.repeat(16_300 + shift) + face.repeat(100) + 'é€'.repeat(20_000))
    for (const text of texts) {
      const answer = await fetch(`http://${where.host}:${where.port}/large/text.json?auth=${where.token}`,
        { method: 'PUT', body: JSON.stringify(text) })
      same(answer.status, 200, 'REST')
      same((await get(other.at('large/text'))).val() === text, true, 'the text as it was')
    }
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key${i}`, { n: i, t: 'é'.repeat(20) }]))
    const heard = hear(other.at('large/many'))
    await set(one.at('large/many'), many)
    await until(() => heard.at(-1)?.key4999, 'many children')
    same(heard.at(-1), many)
    await update(one.at('large/many'), Object.fromEntries(Object.keys(many).map((key) => [`${key}/n`, null])))
    same((await get(connect(where).at('large/many/key17'))).val(), { t: 'é'.repeat(20) })
  },

  'without a token nothing is open': async (where) => {
    const nobody = connect({ ...where, token: undefined })
    const refused = await set(nobody.at('closed'), 1).then(() => 'written', (error) => error.code)
    same(refused, 'PERMISSION_DENIED')
    const heard = hear(nobody.at('closed'))
    await until(() => heard.length > 0, 'an answer')
    same(heard[0].includes('permission_denied'), true, heard[0])
    same(await get(nobody.at('closed')).then(() => 'read', (error) => String(error.message)), 'Permission denied')
  },

  'what the server refuses is undone and named': async (where) => {
    const one = connect(where)
    const heard = hear(one.at('refused'))
    const half = 'x'.repeat(9 << 20)
    const refused = await set(one.at('refused'), { a: half, b: half }).then(() => 'written', (error) => error.code)
    same(refused, 'WRITE_TOO_BIG')
    await until(() => heard.at(-1) === null, 'undone')
    await set(one.at('refused'), 'small')
  },

  'a hundred clients': async (where) => {
    const clients = Array.from({ length: 100 }, () => connect(where))
    const heard = clients.map((client) => hear(client.at('crowd/said')))
    await until(() => heard.every((each) => each.length > 0), 'all listening')
    await Promise.all(clients.map((client, i) => set(client.at(`crowd/by/${i}`), i)))
    await set(clients[17].at('crowd/said'), 'hello')
    await until(() => heard.every((each) => each.at(-1) === 'hello'), 'all have heard')
    const by = (await get(clients[3].at('crowd/by'))).val()
    same(by, Array.from({ length: 100 }, (_, i) => i))
    await disconnect(clients[5])
  },
}
