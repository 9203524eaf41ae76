// A network and a server that are slow or gone. Only scripts can say so while a page stays open:
// without them the browser reports the error on its own page.

import {
  banner, displayName, identifier, onDashboard, openAccount, openSignIn, password, said, saveName, signIn, signInButton, submitSignIn,
} from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const UNREACHABLE = 'Can’t reach the server. Check your connection and try again.';

/** Holds the requests to a path. Returns how many there were, and a way to release them. */
async function hold(page: Page, path: string): Promise<{ count: () => number; release: () => void }> {
  let [count, release] = [0, () => {}];
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(`**${path}`, async (route) => {
    count++;
    await released;
    await route.continue();
  });
  return { count: () => count, release };
}

test.describe('with scripts', { tag: '@scripts' }, () => {
  test('a double click signs in once', async ({ page, context, ada, hasScripts }) => {
    const held = await hold(page, '/fn/sign_in');
    await openSignIn(page, hasScripts);
    await identifier(page).fill(ada.email);
    await password(page).fill(ada.password);
    await signInButton(page).dblclick();
    await password(page).press('Enter');
    await expect(page.getByText('Working…')).toBeAttached();
    held.release();
    await onDashboard(page, ada, hasScripts);
    expect(held.count()).toBe(1);
    const rows = (await (await context.request.get('/api/v1/sessions')).json()).data;
    expect(rows).toHaveLength(1);
  });

  test('a double click creates one administrator', async ({ page, server }) => {
    const held = await hold(page, '/fn/set_up');
    await openSignIn(page, true, server.setUpLink);
    await page.getByLabel('Name', { exact: true }).fill('Grace Hopper');
    await page.getByLabel('Email', { exact: true }).fill('grace@example.com');
    await password(page).fill('a ship in port is safe');
    await page.getByRole('button', { name: 'Create administrator' }).dblclick();
    held.release();
    await expect(page).toHaveURL('/dashboard');
    await expect(said(page, 'Administrator created.')).toBeVisible();
    expect(held.count()).toBe(1);
  });

  test('a slow response shows that it is pending, and nothing jumps', async ({ page, ada, hasScripts }) => {
    const held = await hold(page, '/fn/sign_in');
    await openSignIn(page, hasScripts);
    await expect(page.getByText('Working…')).toHaveCount(0);
    const before = await signInButton(page).boundingBox();
    await submitSignIn(page, ada.email, ada.password);
    await expect(signInButton(page)).toHaveAttribute('aria-disabled', 'true');
    await expect(page.getByText('Working…')).toBeAttached();
    expect(await signInButton(page).boundingBox()).toEqual(before);
    held.release();
    await onDashboard(page, ada, hasScripts);
  });

  test('while the server is gone the form says so and keeps what was typed', async (
    { page, server, ada, trouble, hasScripts },
  ) => {
    trouble.expect(/ERR_CONNECTION_REFUSED/);
    await openSignIn(page, hasScripts);
    await server.stop();
    await submitSignIn(page, ada.email, ada.password);
    await expect(page.getByRole('alert').filter({ hasText: UNREACHABLE })).toBeFocused();
    await expect(identifier(page)).toHaveValue(ada.email);
    await expect(password(page)).toHaveValue(ada.password);

    await server.run();
    await signInButton(page).click();
    await onDashboard(page, ada, hasScripts);
  });

  test('so does the form for the name, and a restart signs no one out', async ({ page, server, ada, trouble, hasScripts }) => {
    trouble.expect(/ERR_CONNECTION_REFUSED/);
    await signIn(page, ada, hasScripts);
    await openAccount(page, hasScripts);
    await server.stop();
    await displayName(page).fill('Ada King');
    await saveName(page).click();
    await expect(page.getByRole('alert').filter({ hasText: UNREACHABLE })).toBeVisible();
    await expect(displayName(page)).toHaveValue('Ada King');
    await expect(banner(page)).toContainText(ada.name);

    await server.run();
    await saveName(page).click();
    await expect(said(page, 'Name saved.')).toBeVisible();
    await expect(banner(page)).toContainText('Ada King');
  });

  test('a busy server is distinguished from one that is gone', async ({ page, ada, trouble, hasScripts }) => {
    trouble.expect(/\b503\b.*\/fn\/sign_in/);
    await openSignIn(page, hasScripts);
    await page.route('**/fn/sign_in', (route) => route.fulfill({ status: 503, json: 'busy', headers: { 'retry-after': '1' } }));
    await submitSignIn(page, ada.email, ada.password);
    await expect(page.getByRole('alert').filter({ hasText: 'The server is busy. Try again in a moment.' })).toBeVisible();
    await expect(password(page)).toHaveValue(ada.password);
  });
});

// Without scripts nothing can hold back the second post; it must do no harm.
test('a double click signs in', { tag: '@plain' }, async ({ page, ada, hasScripts }) => {
  await openSignIn(page, hasScripts);
  await identifier(page).fill(ada.email);
  await password(page).fill(ada.password);
  await signInButton(page).dblclick();
  await onDashboard(page, ada, hasScripts);
});

test('a restart signs no one out', async ({ page, server, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await server.stop();
  await server.run();
  await page.reload();
  await onDashboard(page, ada, hasScripts);
});
