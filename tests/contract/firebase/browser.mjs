// The suite in headless Chromium: browser.mjs TRANSPORT, with HOST, PORT and TOKEN in the environment.
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'

const { HOST: host, PORT: port, TOKEN: token } = process.env
const transport = process.argv[2]
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((each) => existsSync(each))
if (!executablePath) {
  console.log('SKIPPED: chromium is not installed')
  process.exit(0)
}

const bundled = await build({
  entryPoints: [new URL('page.mjs', import.meta.url).pathname],
  bundle: true, format: 'esm', target: 'es2022', platform: 'browser', write: false,
})
const script = bundled.outputFiles[0].text
// Counts the WebSockets that the SDK opens; it looks for them when it is loaded.
const html = `<!doctype html><meta charset="utf-8"><body><script>
  window.sockets = 0
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given)
      ++window.sockets
    }
  }
</script><script type="module" src="/page.js"></script>`
const server = createServer((request, response) => {
  const isScript = request.url === '/page.js'
  response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
  response.end(isScript ? script : html)
})
await new Promise((ready) => server.listen(0, '127.0.0.1', ready))

// It is to speak to our server and to nobody else.
const alone = ['background-networking', 'component-update', 'sync', 'quic', 'gpu'].map((x) => `--disable-${x}`)
const args = ['--no-sandbox', '--no-first-run', '--disable-dev-shm-usage', ...alone]
const browser = await chromium.launch({ executablePath, args })
const page = await browser.newPage()
const done = new Promise((resolve) => {
  page.on('console', (message) => {
    console.log(message.text())
    if (message.text().startsWith('done ')) resolve()
  })
  page.on('pageerror', (error) => console.log(`FAILED page: ${error.stack}`))
})
await page.goto(`http://127.0.0.1:${server.address().port}/?${new URLSearchParams({ transport, host, port, token })}`)
await done
// What it printed behind that.
await page.waitForTimeout(100)
await browser.close()
process.exit(0)
