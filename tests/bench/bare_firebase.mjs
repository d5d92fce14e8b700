// The least that speaks enough of Firebase's wire protocol for set, update and listen: a tree in
// memory, WebSockets by hand, no rules, no disk. For benchmarks only.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'

const longest = 16384
const root = new Map()
const listeners = new Map() // path -> set of clients
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const keys = (path) => path.split('/').filter(Boolean)

function write(path, value) {
  const parts = keys(path)
  let at = root
  for (const key of parts.slice(0, -1)) {
    if (!(at.get(key) instanceof Map)) at.set(key, new Map())
    at = at.get(key)
  }
  const last = parts.at(-1)
  if (value === null) at.delete(last)
  else at.set(last, stored(value))
}

function stored(value) {
  if (value === null || typeof value !== 'object') return value
  return new Map(Object.entries(value).map(([key, one]) => [key, stored(one)]))
}

function read(path) {
  let at = root
  for (const key of keys(path)) at = at instanceof Map ? at.get(key) : undefined
  return shown(at ?? null)
}

function shown(value) {
  if (!(value instanceof Map)) return value
  return Object.fromEntries([...value].map(([key, one]) => [key, shown(one)]))
}

function frame(text) {
  const bytes = Buffer.from(text)
  const head = bytes.length < 126 ? [0x81, bytes.length]
    : bytes.length < 65536 ? [0x81, 126, bytes.length >> 8, bytes.length & 255]
      : [0x81, 127, 0, 0, 0, 0, bytes.length >>> 24, (bytes.length >> 16) & 255, (bytes.length >> 8) & 255, bytes.length & 255]
  return Buffer.concat([Buffer.from(head), bytes])
}

function frames(message) {
  const text = JSON.stringify(message)
  if (text.length <= longest) return frame(text)
  const parts = text.match(new RegExp(`[^]{1,${longest}}`, 'g'))
  return Buffer.concat([String(parts.length), ...parts].map(frame))
}

function tell(path, action, value) {
  const parts = keys(path)
  const bytes = frames({ t: 'd', d: { a: action, b: { p: parts.join('/'), d: value } } })
  for (let size = parts.length; size >= 0; --size) {
    for (const client of listeners.get('/' + parts.slice(0, size).join('/')) ?? []) client.write(bytes)
  }
}

const actions = {
  p: (client, { p, d }) => { write(p, d); tell(p, 'd', d) },
  m: (client, { p, d }) => { for (const key in d) write(`${p}/${key}`, d[key]); tell(p, 'm', d) },
  q: (client, { p }) => {
    const path = '/' + keys(p).join('/')
    if (!listeners.has(path)) listeners.set(path, new Set())
    listeners.get(path).add(client)
    client.once('close', () => listeners.get(path).delete(client))
    client.write(frames({ t: 'd', d: { a: 'd', b: { p: path.slice(1), d: read(p) } } }))
    return {}
  },
  g: (client, { p }) => read(p),
  auth: () => ({ auth: {} }),
}
actions.gauth = actions.auth

function serve(client, text, host) {
  if (text === '0') return
  const { t, d } = JSON.parse(text)
  if (t === 'c') return client.write(frames({ t: 'c', d: { t: 'o', d: null } }))
  const answer = actions[d.a]?.(client, d.b)
  client.write(frames({ t: 'd', d: { r: d.r, b: { s: 'ok', d: answer ?? '' } } }))
}

const server = createServer((asked, answer) => answer.writeHead(404).end())
server.on('upgrade', (asked, client) => {
  const accept = createHash('sha1').update(asked.headers['sec-websocket-key'] + guid).digest('base64')
  client.setNoDelay(true)
  client.setMaxListeners(0)
  client.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
  client.write(frames({ t: 'c', d: { t: 'h', d: { ts: Date.now(), v: '5', h: asked.headers.host, s: 'x' } } }))
  let buffer = Buffer.alloc(0)
  let missing = 0
  let pieces = []
  client.on('error', () => client.destroy())
  client.on('data', (bytes) => {
    buffer = buffer.length > 0 ? Buffer.concat([buffer, bytes]) : bytes
    let at = 0
    client.cork()
    for (;;) {
      if (buffer.length - at < 6) break
      let size = buffer[at + 1] & 127
      let head = 2
      if (size === 126) { size = buffer.readUInt16BE(at + 2); head = 4 }
      if (size === 127) { if (buffer.length - at < 14) break; size = Number(buffer.readBigUInt64BE(at + 2)); head = 10 }
      if (buffer.length - at < head + 4 + size) break
      const mask = buffer.subarray(at + head, at + head + 4)
      const body = buffer.subarray(at + head + 4, at + head + 4 + size)
      if (mask.readUInt32BE(0) !== 0) for (let i = 0; i < size; ++i) body[i] ^= mask[i & 3]
      const opcode = buffer[at] & 15
      at += head + 4 + size
      if (opcode === 8) return client.end()
      if (opcode !== 1) continue
      const text = body.toString()
      if (missing === 0 && text.length <= 6 && text !== '0' && /^\d+$/.test(text)) { missing = Number(text); continue }
      if (missing === 0) { serve(client, text); continue }
      pieces.push(text)
      if (--missing === 0) { serve(client, pieces.join('')); pieces = [] }
    }
    buffer = buffer.subarray(at)
    client.uncork()
  })
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port},`))
