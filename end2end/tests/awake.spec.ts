// Every island of every page hydrates. These tests also run on the development build, which is not split.

import { awake, heading, openInspector, openSignIn, password, signIn } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';
import { cookie } from '../fixtures/tokens.ts';

test('the islands of every page wake up @scripts', async ({ page, grace }) => {
  for (const path of ['/login', '/register', '/forgot-password']) {
    await page.goto(path);
    await awake(page, true);
  }
  await signIn(page, grace, true);
  for (const path of ['/dashboard', '/account', '/account/sessions', '/account/security', '/account/api-keys', '/inspector', '/admin/invitations']) {
    await page.goto(path);
    await awake(page, true);
  }
});

test('the strength of a password is shown while it is typed @scripts', async ({ page, ada }) => {
  expect(ada.email, 'with a first account, registration is open').toBeTruthy();
  await openSignIn(page, true, '/register');
  await password(page).fill('a ship in port is safe');
  await expect(page.locator('.strength [aria-live]')).toContainText('Strong');
});

test('a pasted token is read in the browser @scripts', async ({ page, context, ada }) => {
  await signIn(page, ada, true);
  await openInspector(page, true);
  const token = await cookie(context, 'claviger-access');
  await page.getByLabel('Token', { exact: true }).fill(token!);
  await expect(page.getByRole('region', { name: 'Decoded token' })).toContainText(ada.id);
});

test('the monitor follows what happens @scripts', async ({ page, grace }) => {
  await signIn(page, grace, true);
  await page.goto('/admin/monitor');
  await expect(heading(page, 'Sessions')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible();
});

for (const connection of [{ saveData: true }, { effectiveType: '2g' }]) {
  test(`with ${JSON.stringify(connection)} no page loads code before it is touched @scripts`, async ({ page, ada }) => {
    await signIn(page, ada, true);
    await page.addInitScript((value) => Object.defineProperty(navigator, 'connection', { value }), connection);
    const code: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('.wasm')) code.push(request.url());
    });
    await page.goto('/dashboard');
    await page.waitForLoadState('networkidle');
    expect(code).toEqual([]);
    await awake(page, true);
    expect(code).not.toEqual([]);
  });
}
