// What a first visit to a page costs. Bytes are exact, so each page has a budget. The release build is split and
// compressed; other builds have no budget.

import { awake, onDashboard, password, signIn } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

type Budget = { kilobytes: number; requests: number };

/** Counts what a page loads over the network: bodies and headers, as sent. */
class Scale {
  requests = 0;
  bytes = 0;
  code: string[] = [];

  static async of(page: Page): Promise<Scale> {
    const scale = new Scale();
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    session.on('Network.responseReceived', ({ response }) => {
      scale.requests++;
      const path = new URL(response.url).pathname;
      if (path.endsWith('.wasm')) scale.code.push(path);
    });
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (scale.bytes += encodedDataLength));
    return scale;
  }

  /** Forgets what was counted. */
  reset(): void {
    [this.requests, this.bytes, this.code] = [0, 0, []];
  }

  check(what: string, budget: Budget): void {
    const kilobytes = this.bytes / 1000;
    console.info(
      `${what.padEnd(32)} ${String(this.requests).padStart(3)} requests of ${String(budget.requests).padStart(2)}` +
        ` ${kilobytes.toFixed(1).padStart(7)} kB of ${budget.kilobytes}`,
    );
    expect.soft(kilobytes, `${what}: kilobytes`).toBeLessThanOrEqual(budget.kilobytes);
    expect.soft(this.requests, `${what}: requests`).toBeLessThanOrEqual(budget.requests);
  }
}

const settled = (page: Page) => page.waitForLoadState('networkidle');

test('pages of forms load code when they are used, within their budgets @scripts', async ({ page, ada }) => {
  expect(ada.email, 'with a first account, registration is open').toBeTruthy();
  const scale = await Scale.of(page);
  for (const [path, used] of [
    ['/login', { kilobytes: 188, requests: 8 }],
    ['/forgot-password', { kilobytes: 188, requests: 8 }],
    ['/register', { kilobytes: 188, requests: 8 }],
  ] as const) {
    scale.reset();
    await page.goto(path);
    await settled(page);
    expect.soft(scale.code, `${path} loads code unused`).toEqual([]);
    scale.check(`${path} until it is used`, { kilobytes: 15, requests: 5 });
    await awake(page, true);
    await settled(page);
    scale.check(path, used);
  }
  scale.reset();
  await password(page).pressSequentially('a ship in port');
  await expect(page.locator('.strength [aria-live]')).not.toBeEmpty();
  scale.check('strength of a password', { kilobytes: 100, requests: 10 });
});

test('other pages load their own code within their budgets @scripts', async ({ page, grace, trouble }) => {
  trouble.expect(/\b404\b.*no-such-page/);
  await signIn(page, grace, true);
  await onDashboard(page, grace, true);
  const scale = await Scale.of(page);
  for (const [path, budget] of [
    ['/dashboard', { kilobytes: 265, requests: 28 }],
    ['/account', { kilobytes: 215, requests: 20 }],
    ['/account/security', { kilobytes: 192, requests: 12 }],
    ['/account/api-keys', { kilobytes: 192, requests: 12 }],
    ['/inspector', { kilobytes: 255, requests: 27 }],
    ['/admin', { kilobytes: 190, requests: 12 }],
    ['/admin/invitations', { kilobytes: 194, requests: 12 }],
    ['/admin/users', { kilobytes: 192, requests: 12 }],
    ['/admin/audit', { kilobytes: 192, requests: 12 }],
    ['/admin/users/bulk?action=ban&of=all', { kilobytes: 192, requests: 12 }],
    ['/admin/roles', { kilobytes: 192, requests: 12 }],
    ['/admin/monitor', { kilobytes: 322, requests: 29 }],
  ] as const) {
    scale.reset();
    await page.goto(path);
    await awake(page, true);
    // The monitor keeps a stream open, so its page is never idle.
    if (path !== '/admin/monitor') await settled(page);
    scale.check(path, budget);
  }
  scale.reset();
  await page.goto('/no-such-page');
  await page.mouse.click(10, 10);
  await settled(page);
  expect(scale.code, 'a page without islands loads code').toEqual([]);
});
