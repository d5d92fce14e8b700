// What a page for a phone owes its reader: phone_checks.mjs, with PAGE, PASSCODE and AXE (the file of
// axe-core) in the environment. Nothing here depends on how fast the machine is.
import { readFileSync } from 'node:fs'
import { address, goTo, openPhone, signIn, startBrowser, tell, until } from './phone.mjs'

const { PASSCODE: passcode, AXE: axe } = process.env
const mostBytes = 250_000
const mostRequests = 12
const browser = await startBrowser()
const { context, page, problems } = await openPhone(browser)
const cdp = await context.newCDPSession(page)

// Counts by how much things move that the reader did not touch, as browsers rate it.
await context.addInitScript(() => {
  window.shift = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
})

const firstView = () => page.getByRole('article').first().locator('.price strong').waitFor()

function nothing(found, what) {
  if (found.length > 0) throw new Error(`${what}: ${found.join(' | ')}`)
}

/// Every page with what it shows when it is done.
const pages = {
  'floor': ['', () => page.getByRole('img', { name: /^Prices of .*last/ }).first().locator('canvas').first().waitFor()],
  'send': ['send', () => page.getByRole('button', { name: 'Send stop' }).waitFor()],
  'logs': ['logs', () => page.getByText('2 done').waitFor()],
  'message': [undefined, () => page.getByRole('heading', { name: /^Stop / }).waitFor()],
  'bot': ['bots/counter-AAPL', () => page.getByRole('heading', { name: 'Orders' }).waitFor()],
  'actors': ['actors', () => page.getByRole('rowheader', { name: 'bot:counter-AAPL' }).waitFor()],
  'more': ['more', () => page.getByRole('heading', { name: 'Account' }).waitFor()],
}
let messageAt = ''

async function open(name) {
  const [path, shown] = pages[name]
  await page.goto(path === undefined ? messageAt : `${address}${path}`)
  await shown()
}

async function readable(name, colours) {
  await page.evaluate(readFileSync(axe, 'utf8'))
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document)
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
  nothing(found, `${name} in ${colours}`)
}

const checks = {
  'the page for signing in can be read by everybody': async () => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      await page.goto(address)
      await page.locator('input[type=password]').waitFor()
      await readable('sign in', colorScheme)
    }
    await signIn(page, passcode)
  },

  'a message to look at': async () => {
    await goTo(page, 'Send')
    for (const ticker of ['AAPL', 'META']) await page.getByLabel(ticker, { exact: true }).check()
    await page.getByRole('button', { name: 'Send stop' }).click()
    await page.getByRole('status').filter({ hasText: /^done.*2 done/ }).waitFor()
    messageAt = page.url()
  },

  'the first view is light, and asks for nothing by detours': async () => {
    const fresh = await context.newPage()
    const seen = await context.newCDPSession(fresh)
    const urls = new Map()
    const bytes = new Map()
    await seen.send('Network.enable')
    // As on the first visit: nothing kept by the browser or by the page's own worker.
    await seen.send('Network.setCacheDisabled', { cacheDisabled: true })
    await seen.send('Network.setBypassServiceWorker', { bypass: true })
    seen.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, new URL(request.url).pathname))
    seen.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => bytes.set(urls.get(requestId), encodedDataLength))
    await fresh.goto(address)
    await fresh.getByRole('article').first().locator('.price strong').waitFor()
    const needed = [...urls.values()].filter((path) => !path.includes('drawing') && !path.includes('icon') && !path.includes('worker'))
    if (needed.length > mostRequests) throw new Error(`${needed.length} requests: ${needed}`)
    const files = needed.filter((path) => path === '/' || path.startsWith('/assets/'))
    const size = files.reduce((sum, path) => sum + (bytes.get(path) ?? 0), 0)
    if (size < 10_000 || size > mostBytes) throw new Error(`${size} bytes in ${files}`)
    // What is first found by a script waits for that script.
    const text = await (await fetch(address)).text()
    nothing(files.filter((path) => path !== '/' && !text.includes(path)), 'not named by the document')
    await fresh.close()
  },

  'it can be installed, and opens by itself then': async () => {
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready
    })
    await page.goto(address)
    await firstView()
    const { errors, data } = await cdp.send('Page.getAppManifest')
    nothing(errors.map(({ message }) => message), 'manifest')
    const manifest = JSON.parse(data)
    if (manifest.display !== 'standalone' || !manifest.start_url || !manifest.name) throw new Error(data)
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors')
    // What a browser without a face of its own says of itself.
    nothing(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), 'not installable')
  },

  'it says how wide it is, and is no wider than a phone': async () => {
    for (const name of Object.keys(pages)) {
      await open(name)
      const found = await page.evaluate(() => ({
        viewport: document.querySelector('meta[name=viewport]')?.content ?? '',
        wide: document.documentElement.scrollWidth,
      }))
      if (!found.viewport.includes('width=device-width')) throw new Error(`${name}: viewport ${found.viewport}`)
      if (/user-scalable=no|maximum-scale/.test(found.viewport)) throw new Error(`${name} cannot be made larger`)
      if (found.wide > 360) throw new Error(`${name} is ${found.wide} pixels wide`)
    }
  },

  'nothing moves under the finger': async () => {
    for (const name of Object.keys(pages)) {
      await open(name)
      // Two more prices, where there are some: what comes late may not push.
      const price = page.locator('.price strong').first()
      for (let i = 0; i < 2 && (await price.count()) > 0; ++i) {
        const before = await price.innerText()
        await until(async () => (await price.innerText()) !== before, 'another price')
      }
      const shift = await page.evaluate(() => window.shift)
      if (!(shift < 0.1)) throw new Error(`${name} shifts by ${shift}`)
    }
  },

  'every page can be read by everybody, in light and dark': async () => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      for (const name of Object.keys(pages)) {
        await open(name)
        await readable(name, colorScheme)
      }
    }
  },

  'no page complains or asks another address': () => nothing(problems, 'problems'),
}

await tell(checks, page)
await browser.close()
process.exit(0)
