// The phone's page in headless Chromium, and what its programs share. In the environment: PAGE, the
// address of the page.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

// Machines that test are slow, and nothing waits longer than it must.
export const patience = 60_000
export const address = process.env.PAGE

/// Starts Chromium, which is to speak to our server and to nobody else.
export async function startBrowser() {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((each) => existsSync(each))
  if (!executablePath) {
    console.log('SKIPPED: chromium is not installed')
    process.exit(0)
  }
  const alone = ['background-networking', 'component-update', 'sync', 'quic', 'gpu'].map((x) => `--disable-${x}`)
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run', '--disable-dev-shm-usage', ...alone] })
}

/// A phone of 360 pixels with an empty storage, and everything that is wrong on its pages in `problems`.
export async function openPhone(browser, settings = {}) {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, locale: 'en-US', ...settings,
  })
  context.setDefaultTimeout(patience)
  const page = await context.newPage()
  const problems = []
  page.on('pageerror', (error) => problems.push(`error: ${error.stack}`))
  page.on('console', (said) => ['error', 'warning'].includes(said.type()) && problems.push(`console: ${said.text()}`))
  const origin = new URL(address).host
  const follow = (url) => new URL(url).host !== origin && problems.push(`asks another address: ${url}`)
  page.on('request', (request) => follow(request.url()))
  page.on('websocket', (socket) => follow(socket.url()))
  return { context, page, problems }
}

export const notice = (page, text) => page.locator('.notice', { hasText: text })
export const goTo = (page, name) => page.getByRole('navigation').getByRole('link', { name }).click()

/// Signs in where the passcode is asked for.
export async function signIn(page, passcode) {
  await page.goto(address)
  await page.locator('input[type=password]').fill(passcode)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('article').first().waitFor()
}

/// Waits until `ready` says something true; returns it.
export async function until(ready, what) {
  const end = Date.now() + patience
  for (;;) {
    const found = await ready()
    if (found) return found
    if (Date.now() > end) throw new Error(`waited in vain: ${typeof what === 'function' ? await what() : what}`)
    await new Promise((done) => setTimeout(done, 25))
  }
}

/// What only the one that started us can do, such as "kill floor".
export const ask = (what) => console.log(`ask ${what}`)

/// Runs the steps in their order, each on what the one before has left; the first that fails ends it.
export async function tell(steps, page) {
  let done = 0
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step()
      console.log(`ok ${name}`)
      ++done
    } catch (error) {
      const where = `${page.url()} | ${await page.locator('body').innerText().catch(() => '')}`
      console.log(`FAILED ${name}: ${`${error?.stack ?? error} | ${where}`.replaceAll('\n', ' | ')}`)
      break
    }
  }
  console.log(`done ${done}`)
}
