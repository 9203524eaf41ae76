import type { BrowserContext, Page } from '@playwright/test';
import {
  awake, banner, displayName, heading, onDashboard, openAccount, said, saveName, sessions, signIn, signOut,
} from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';
import { claims, cookie, expired } from '../fixtures/tokens.ts';

/** A page that runs none of our scripts: nothing refreshes the token while it is open. */
const QUIET = '/no-such-page';

const goHome = (page: Page) => page.getByRole('link', { name: 'Back to dashboard' }).click();

/** Keeps a page from refreshing, like a network that loses its requests. */
const withoutRefresh = (page: Page) => page.route('**/fn/refresh', () => undefined);

/** The URL of every sign-in page that a browser is redirected to from now on. */
function detours(context: BrowserContext): string[] {
  const seen: string[] = [];
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/login') seen.push(request.url());
  });
  return seen;
}

test.describe('after the access token has expired', () => {
  test.use({ settings: { CLAVIGER_TOKENS__ACCESS_TTL: '2s' } });
  test.beforeEach(({ trouble }) => trouble.expect(/\b404\b.*no-such-page/));

  test('the next click works as usual, with a new token and no detour', async ({ page, context, ada, hasScripts }) => {
    await signIn(page, ada, hasScripts);
    await page.goto(QUIET);
    const seen = detours(context);
    const before = await expired(context);

    await goHome(page);
    await onDashboard(page, ada, hasScripts);
    expect(seen).toEqual([]);
    const after = await claims(context);
    expect(after.exp).toBeGreaterThan(before.exp);
    expect(after.sid).toBe(before.sid);
  });

  test('a lost response does no harm', async ({ page, context, ada, hasScripts }) => {
    await signIn(page, ada, hasScripts);
    await page.goto(QUIET);
    await expired(context);
    const kept = await context.cookies();
    expect((await context.request.get('/api/v1/users/me')).status()).toBe(200);
    // As if the new cookies had never arrived.
    await context.clearCookies();
    await context.addCookies(kept);
    await goHome(page);
    await onDashboard(page, ada, hasScripts);
    expect(await sessions(context.request)).toHaveLength(1);
  });

  test('a form that is sent takes effect', async ({ page, context, ada, hasScripts }) => {
    await signIn(page, ada, hasScripts);
    await openAccount(page, hasScripts);
    const before = await expired(context);
    await displayName(page).fill('Ada King');
    await saveName(page).click();
    await expect(banner(page)).toContainText('Ada King');
    await expect(said(page, 'Name saved.')).toBeVisible();
    expect((await claims(context)).exp).toBeGreaterThan(before.exp);
  });

  test('signing out ends signed out', async ({ page, context, ada, hasScripts }) => {
    await withoutRefresh(page);
    await signIn(page, ada, hasScripts);
    await expired(context);
    await signOut(page);
    await expect(page).toHaveURL('/login');
    expect(await cookie(context, 'claviger-access')).toBeUndefined();
    expect(await cookie(context, 'claviger-refresh')).toBeUndefined();
  });

  test('six concurrent requests all succeed, in one session', async ({ page, context, ada, hasScripts }) => {
    await signIn(page, ada, hasScripts);
    await page.goto(QUIET);
    const before = await expired(context);
    const six = Array.from({ length: 6 }, () => context.request.get('/api/v1/users/me'));
    const answers = await Promise.all(six);
    expect(answers.map((answer) => answer.status())).toEqual([200, 200, 200, 200, 200, 200]);
    const rows = await sessions(context.request);
    expect(rows).toHaveLength(1);
    // One rotation for all of them.
    expect(rows[0]).toMatchObject({ id: before.sid, generation: 1, current: true });
    await goHome(page);
    await onDashboard(page, ada, hasScripts);
  });

  // Only a script sends six requests at once.
  test('so are six requests of a page', { tag: '@scripts' }, async ({ page, context, ada, hasScripts }) => {
    await signIn(page, ada, hasScripts);
    await page.goto(QUIET);
    await expired(context);
    const statuses = await page.evaluate(() => {
      const six = Array.from({ length: 6 }, () => fetch('/api/v1/users/me'));
      return Promise.all(six.map((asked) => asked.then((answer) => answer.status)));
    });
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200]);
    expect(await sessions(context.request)).toHaveLength(1);
    await goHome(page);
    await onDashboard(page, ada, hasScripts);
  });

  test('two tabs both stay signed in', async ({ page, context, ada, hasScripts }) => {
    await signIn(page, ada, hasScripts);
    const tabs = [page, await context.newPage()];
    for (const tab of tabs) await tab.goto(QUIET);
    const seen = detours(context);
    for (let lives = 0; lives < 2; lives++) {
      await expired(context);
      await Promise.all(tabs.map(goHome));
      for (const tab of tabs) await onDashboard(tab, ada, hasScripts);
      for (const tab of tabs) await tab.goto(QUIET);
    }
    expect(seen).toEqual([]);
    expect(await sessions(context.request)).toHaveLength(1);
  });
});

test.describe('when every refresh rotates', () => {
  test.use({ settings: { CLAVIGER_TOKENS__ACCESS_TTL: '2s', CLAVIGER_TOKENS__REFRESH_GRACE: '0s' } });
  test.beforeEach(({ trouble }) => trouble.expect(/\b404\b.*no-such-page/));

  test('the session stays the same through many tokens', async ({ page, context, ada, hasScripts }) => {
    await signIn(page, ada, hasScripts);
    const { sid } = await claims(context);
    const seen = detours(context);
    for (let lives = 0; lives < 3; lives++) {
      await page.goto(QUIET);
      await expired(context);
      await goHome(page);
      await onDashboard(page, ada, hasScripts);
    }
    expect(seen).toEqual([]);
    expect(await claims(context)).toMatchObject({ sid });
    expect(await sessions(context.request)).toHaveLength(1);
  });
});

// Nothing happens on an idle page without scripts: its next click refreshes, as above.
test.describe('on an idle page', { tag: '@scripts' }, () => {
  test.use({ settings: { CLAVIGER_TOKENS__ACCESS_TTL: '10s' } });

  test('its token is refreshed before it expires', async ({ page, context, ada, hasScripts }) => {
    await signIn(page, ada, hasScripts);
    let loads = 0;
    page.on('request', (request) => (loads += request.isNavigationRequest() ? 1 : 0));
    const session = page.getByRole('region', { name: 'Current session' });
    await expect(session).toContainText('Not refreshed yet');
    const clock = session.getByRole('timer');
    const begins = await clock.textContent();
    await expect(clock).not.toHaveText(begins ?? '');

    const before = await claims(context);
    const issuedAt = async () => (await claims(context)).iat;
    await expect.poll(issuedAt, { intervals: [100], timeout: 15_000 }).toBeGreaterThan(before.iat);
    expect(await issuedAt()).toBeLessThan(before.exp);
    await expect(session).toContainText('Refreshed once, just now');
    await expect(clock).toHaveText(/^0:(0[5-9]|10)$/);
    await expect(page).toHaveURL('/dashboard');
    expect(loads).toBe(0);
    expect(await claims(context)).toMatchObject({ sid: before.sid });
  });

  test('a failed refresh is retried, and the page says so', async ({ page, context, ada, trouble, hasScripts }) => {
    trouble.expect(/ERR_CONNECTION_RESET/);
    let tries = 0;
    await page.route('**/fn/refresh', (route) => (tries++ === 0 ? route.abort('connectionreset') : route.continue()));
    await signIn(page, ada, hasScripts);
    const before = await claims(context);
    const session = page.getByRole('region', { name: 'Current session' });
    await expect(session).toContainText('Couldn’t refresh yet, retrying…', { timeout: 15_000 });
    await expect(session).toContainText('Refreshed once, just now');
    await expect(session).toContainText('Live');
    await expect(page).toHaveURL('/dashboard');
    expect(await claims(context)).toMatchObject({ sid: before.sid, gen: 1 });
  });

  test('two tabs refresh it together', async ({ page, context, ada, hasScripts }) => {
    await signIn(page, ada, hasScripts);
    const other = await context.newPage();
    await other.goto('/dashboard');
    await awake(other, hasScripts);
    const before = await claims(context);
    for (const tab of [page, other]) {
      const session = tab.getByRole('region', { name: 'Current session' });
      await expect(session).toContainText('Refreshed once, just now', { timeout: 15_000 });
    }
    expect(await claims(context)).toMatchObject({ sid: before.sid, gen: 1 });
    expect(await sessions(context.request)).toHaveLength(1);
  });
});
