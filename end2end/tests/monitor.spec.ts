import type { Locator } from '@playwright/test';
import { awake, heading, navigation, onSignIn, said, signIn } from '../fixtures/pages.ts';
import type { Person, Server } from '../fixtures/server.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const ENDED = 'Your session has ended. Sign in again.';
const HOT_FOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

const rows = (page: Page): Locator => page.locator('#rows').getByRole('row');
const rowOf = (page: Page, person: { email: string }): Locator => rows(page).filter({ hasText: person.email });
const events = (page: Page): Locator => page.getByRole('log', { name: 'Events' }).getByRole('listitem');
const link = (page: Page, word: string): Locator => page.getByRole('status').filter({ hasText: word });

/** Signs in and opens the monitor, with the pointer away from the list. */
async function watch(page: Page, person: Person, hasScripts: boolean, path = '/admin/monitor'): Promise<void> {
  await signIn(page, person, hasScripts);
  await page.goto(path);
  await expect(heading(page, 'Sessions')).toBeVisible();
  await page.mouse.move(0, 0);
  await awake(page, hasScripts);
  if (hasScripts) await expect(link(page, 'Live')).toBeVisible();
}

/** There must be another administrator before one can be removed. */
async function makeRoot(server: Server): Promise<void> {
  await server.make({ email: 'root@example.com', username: 'root', name: 'Root' });
  await server.command(['user', 'set-role', 'root@example.com', 'admin', 'user']);
}

/** Checks that something is shown: at once with scripts, after a reload without. */
async function seen(page: Page, hasScripts: boolean, look: () => Promise<void>): Promise<void> {
  if (hasScripts) return look();
  await page.reload();
  await look();
}

test.describe('one user watches another', () => {
  test.use({ settings: { CLAVIGER_TOKENS__ACCESS_TTL: '4s' } });

  test('a session appears, is refreshed, is ended by the administrator, and says so at the next click', async (
    { page, grace, ada, otherBrowser, trouble, hasScripts },
  ) => {
    // The other page may notice by a refresh, before its next click.
    trouble.expect(/\b401\b.*\/fn\/refresh/);
    await watch(page, grace, hasScripts);
    const other = await (await otherBrowser(HOT_FOX)).newPage();
    await signIn(other, ada, hasScripts);
    await seen(page, hasScripts, () => expect(rowOf(page, ada)).toContainText('Firefox on Linux'));
    if (hasScripts) await expect(events(page).filter({ hasText: ada.email }).filter({ hasText: 'Signed in' })).toHaveCount(1);

    await expect(async () => {
      if (!hasScripts) await other.reload();
      if (!hasScripts) await page.reload();
      await expect(rowOf(page, ada).locator('td[data-head="Refreshes"]')).not.toHaveText('0', { timeout: 1000 });
    }).toPass({ timeout: 15_000 });

    await rowOf(page, ada).getByRole('link', { name: 'Revoke Firefox on Linux' }).click();
    await expect(heading(page, 'Revoke this session?')).toBeVisible();
    await expect(page.getByRole('main')).toContainText(ada.email);
    await page.getByRole('button', { name: 'Revoke session' }).click();
    await expect(said(page, '1 session revoked.')).toBeVisible();
    await expect(rowOf(page, ada)).toHaveCount(0);

    if (!other.url().includes('/login')) await other.getByRole('link', { name: 'Claviger' }).click().catch(() => undefined);
    await onSignIn(other);
    await expect(said(other, ENDED)).toBeVisible();
  });
});

test('a session page shows its history, and who ended it', async ({ page, grace, ada, program, hasScripts }) => {
  const login = await (await program.post('/api/auth/login', { data: { email: ada.email, password: ada.password } })).json();
  await program.post('/api/v1/auth/refresh', { data: { refreshToken: login.refreshToken } });
  await watch(page, grace, hasScripts);
  await rowOf(page, ada).getByRole('link', { name: /^Open the session on/ }).click();
  await expect(page.getByRole('region', { name: 'Refresh history' }).getByRole('listitem')).toContainText('Refresh #1');
  await page.getByRole('link', { name: 'Revoke session' }).click();
  await page.getByRole('button', { name: 'Revoke session' }).click();
  await expect(said(page, '1 session revoked.')).toBeVisible();
  await page.goto('/admin/monitor?state=ended');
  await rowOf(page, ada).getByRole('link', { name: /^Open the session on/ }).click();
  await expect(page.getByRole('main')).toContainText('Revoked');
  await expect(page.getByRole('definition').filter({ hasText: grace.email })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Revoke session' })).toHaveCount(0);
});

test('the list can be searched, filtered and sorted, and the address keeps it', async ({ page, grace, ada, program, hasScripts }) => {
  await program.post('/api/auth/login', { data: { email: ada.email, password: ada.password } });
  await watch(page, grace, hasScripts);
  await expect(rows(page)).toHaveCount(2);
  await page.getByLabel('Search by user, device or network').fill('LOVE');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/\?search=LOVE&/);
  await expect(rows(page)).toHaveCount(1);
  await expect(rowOf(page, ada)).toBeVisible();
  await page.getByLabel('Type').selectOption('Browser');
  if (!hasScripts) await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('No sessions match these filters.')).toBeVisible();
  await page.getByRole('link', { name: 'Clear filters' }).first().click();
  await expect(page).toHaveURL('/admin/monitor');
  await page.getByRole('columnheader', { name: 'User' }).getByRole('link').click();
  await expect(page).toHaveURL('/admin/monitor?sort=user');
  await expect(page.getByRole('columnheader', { name: 'User' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(rows(page).first()).toContainText(ada.email);
  await page.getByRole('columnheader', { name: 'User' }).getByRole('link').click();
  await expect(rows(page).first()).toContainText(grace.email);
  await rowOf(page, ada).getByRole('link', { name: ada.email, exact: true }).click();
  await expect(page.getByText('Showing sessions of')).toBeVisible();
  await expect(rows(page)).toHaveCount(1);
});

test('the keyboard is enough to end a session', async ({ page, grace, ada, program, hasScripts }) => {
  await program.post('/api/auth/login', { data: { email: ada.email, password: ada.password } });
  await watch(page, grace, hasScripts);
  await page.getByLabel('Search by user, device or network').focus();
  await page.keyboard.type('ada');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(1);
  await awake(page, hasScripts);
  await tabTo(page, rowOf(page, ada).getByRole('link', { name: /^Revoke/ }));
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Revoke this session?')).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: 'Revoke session' }));
  await page.keyboard.press('Enter');
  await expect(said(page, '1 session revoked.')).toBeVisible();
});

test('ending all sessions includes the current one', async ({ page, grace, ada, program, hasScripts }) => {
  await program.post('/api/auth/login', { data: { email: ada.email, password: ada.password } });
  await watch(page, grace, hasScripts);
  await page.getByRole('link', { name: 'Revoke all sessions' }).click();
  await expect(page.getByRole('main')).toContainText('This revokes 2 sessions, including yours.');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.getByRole('link', { name: 'Revoke all sessions' }).click();
  await page.getByRole('button', { name: 'Revoke all sessions' }).click();
  await onSignIn(page);
  await expect(said(page, '2 sessions revoked, including yours.')).toBeVisible();
});

test('a user without the permission gets an error page', async ({ page, ada, trouble, hasScripts }) => {
  trouble.expect(/\b403\b.*\/admin\//);
  await signIn(page, ada, hasScripts);
  await expect((await navigation(page)).getByRole('link', { name: 'Sessions', exact: true })).toHaveCount(0);
  await page.goto('/admin/monitor');
  await expect(heading(page, 'You don’t have access to this page')).toBeVisible();
});

test.describe('while it is live', { tag: '@scripts' }, () => {
  test('nothing changes while it is paused, and nothing is missed', async ({ page, grace, ada, program, hasScripts }) => {
    await watch(page, grace, hasScripts);
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(link(page, 'Paused')).toBeVisible();
    await page.mouse.move(0, 0);
    await program.post('/api/auth/login', { data: { email: ada.email, password: ada.password } });
    await page.getByLabel('Search by user, device or network').fill('still mine');
    await expect(rows(page)).toHaveCount(1);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.mouse.move(0, 0);
    await expect(rowOf(page, ada)).toBeVisible();
    await expect(events(page).filter({ hasText: ada.email }).filter({ hasText: 'Signed in' })).toHaveCount(1);
    await expect(page.getByLabel('Search by user, device or network')).toHaveValue('still mine');
  });

  test('no row moves under the pointer', async ({ page, grace, ada, program, hasScripts }) => {
    await watch(page, grace, hasScripts);
    await rowOf(page, grace).hover();
    await program.post('/api/auth/login', { data: { email: ada.email, password: ada.password } });
    await expect(page.getByText('1 new session')).toBeVisible();
    await expect(rows(page)).toHaveCount(1);
    await page.locator('.offer').getByRole('button', { name: 'Refresh' }).click();
    await expect(rowOf(page, ada)).toBeVisible();
    await expect(page.getByText('1 new session')).toBeHidden();
  });

  test('times are updated', async ({ page, grace, hasScripts }) => {
    await watch(page, grace, hasScripts);
    const left = rowOf(page, grace).locator('td[data-head="Access expires in"]');
    const before = await left.textContent();
    await expect(left).not.toHaveText(before ?? '');
  });

  test('the monitor reconnects to a server that was away, and nothing is missed', async (
    { page, grace, ada, server, program, trouble, hasScripts },
  ) => {
    trouble.expect(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
    await watch(page, grace, hasScripts);
    await server.stop();
    await expect(link(page, 'Reconnecting')).toBeVisible();
    await server.run();
    await program.post('/api/auth/login', { data: { email: ada.email, password: ada.password } });
    await expect(link(page, 'Live')).toBeVisible({ timeout: 15_000 });
    await expect(rowOf(page, ada)).toBeVisible();
    await expect(events(page).filter({ hasText: ada.email }).filter({ hasText: 'Signed in' })).toHaveCount(1);
  });

  test('a user who is no longer an administrator loses the page without a click', async (
    { page, grace, server, trouble, hasScripts },
  ) => {
    trouble.expect(/\b40[13]\b.*\/(admin|fn\/monitor|api\/v1\/admin)/);
    await makeRoot(server);
    await watch(page, grace, hasScripts);
    await server.command(['user', 'set-role', grace.email, 'user']);
    await expect(heading(page, 'You don’t have access to this page')).toBeVisible({ timeout: 10_000 });
  });

  test('a page whose session was ended elsewhere leaves without a click', async ({ page, grace, server, trouble, hasScripts }) => {
    trouble.expect(/\b401\b.*\/(fn|api\/v1\/admin)\//);
    await makeRoot(server);
    await watch(page, grace, hasScripts);
    await server.command(['user', 'ban', grace.email]);
    await onSignIn(page);
    await expect(said(page, ENDED)).toBeVisible();
  });
});

/** Presses Tab until `target` has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  const isThere = () => target.evaluate((element) => element === document.activeElement);
  for (let steps = 0; steps < 60 && !(await isThere()); steps++) await page.keyboard.press('Tab');
  await expect(target).toBeFocused();
}
