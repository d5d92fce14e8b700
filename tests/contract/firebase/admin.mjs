// firebase-admin as it is, with HOST, PORT and TOKEN in the environment.
import admin from 'firebase-admin'
import { run, same, until } from './clients.mjs'

const { HOST: host, PORT: port, TOKEN: token } = process.env

let count = 0
function open(overrides = {}) {
  return admin.initializeApp({
    credential: { getAccessToken: async () => ({ access_token: token, expires_in: 3600 }) },
    databaseURL: `https://${host}:${port}?ns=outcry`,
    ...overrides,
  }, `admin-${++count}`)
}

const checks = {
  'an administrator reads, writes and listens': async () => {
    const db = open().database()
    await db.ref('admin').set({ a: 1, b: { c: [1, 2] } })
    same((await db.ref('admin').get()).val(), { a: 1, b: { c: [1, 2] } })
    same((await open().database().ref('admin/b').once('value')).val(), { c: [1, 2] })
    const added = []
    db.ref('admin/list').on('child_added', (snapshot) => added.push(snapshot.val()))
    await open().database().ref('admin/list').push('x')
    await until(() => added.length === 1, 'child_added')
    const done = await db.ref('admin/n').transaction((now) => (now ?? 10) + 1)
    same([done.committed, done.snapshot.val()], [true, 11])
    await db.ref('admin').update({ 'b/c': null, at: admin.database.ServerValue.TIMESTAMP })
    same(typeof (await db.ref('admin/at').get()).val(), 'number')
  },
  'an administrator may act as nobody': async () => {
    const db = open({ databaseAuthVariableOverride: null }).database()
    const refused = await db.ref('admin/x').set(1).then(() => 'written', (error) => error.code)
    same(refused, 'PERMISSION_DENIED')
  },
}
await run(checks, {}, (line) => console.log(line))
process.exit(0)
