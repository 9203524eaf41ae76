// Checks WCAG 2.2 AA with axe-core. axe needs scripts: without them, it checks a copy of the page's
// current state, with the site's styles and none of its scripts.

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from '@playwright/test';
import { awake, displayName, heading, openAccount, openInspector, openSessions, openSignIn, programSignIn, said, saveName, signIn, signInButton, submitSignIn } from '../fixtures/pages.ts';
import { expect, test as base, type Page } from '../fixtures/test.ts';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

async function expectNoBarrier(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page }).setLegacyMode().withTags(WCAG).analyze();
  expect(found.passes.map(({ id }) => id), 'what was looked at').toContain('color-contrast');
  const violations = found.violations.map(({ id, help, nodes }) => {
    const where = nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`);
    return { id, help, where };
  });
  expect(violations).toEqual([]);
}

/** Opens a copy of a page in which scripts may run, but none of the page's own. */
async function readCopy(browser: Browser, page: Page, read: (copy: Page) => Promise<void>): Promise<void> {
  const colorScheme = await page.evaluate(() => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
  const context = await browser.newContext({ javaScriptEnabled: true, colorScheme });
  const body = await page.content();
  const copy = await context.newPage();
  await copy.route(page.url(), (route) => route.fulfill({ body, contentType: 'text/html; charset=utf-8' }));
  await copy.route(/\/(start|claviger)\.js|\.wasm/, (route) => route.abort());
  await copy.goto(page.url());
  await read(copy);
  await context.close();
}

/** `look` fails if the page in its current state has a barrier. */
const test = base.extend<{ look: () => Promise<void> }>({
  look: async ({ browser, page, hasScripts }, use) =>
    use(() => (hasScripts ? expectNoBarrier(page) : readCopy(browser, page, expectNoBarrier))),
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours there is no barrier`, () => {
    test.use({ colorScheme });

    test('on the sign-in page, before and after an error', async ({ page, look, hasScripts }) => {
      await openSignIn(page, hasScripts);
      await look();
      await submitSignIn(page, 'nobody@example.com', 'wrong horse battery');
      await expect(page.getByText('Incorrect email, username or password.')).toBeVisible();
      await look();
      await openSignIn(page, hasScripts);
      await signInButton(page).click();
      await expect(page.getByText('Enter your password')).toBeVisible();
      await look();
    });

    test('on the set-up page, before and after an error', async ({ page, look, server }) => {
      await page.goto(server.setUpLink);
      await expect(heading(page, 'Set up Claviger')).toBeVisible();
      await look();
      await page.getByRole('button', { name: 'Create administrator' }).click();
      await expect(page.getByText('Enter a name')).toBeVisible();
      await look();
      await page.goto('/setup');
      await look();
    });

    for (const [path, button] of [
      ['/register', 'Create account'],
      ['/verify-email', 'Verify email'],
      ['/forgot-password', 'Send reset link'],
      ['/verify-email?token=x', 'Resend email'],
    ]) {
      test(`on ${path}, before and after an error`, async ({ page, look, hasScripts }) => {
        await openSignIn(page, hasScripts, path);
        await look();
        await page.getByRole('button', { name: button }).first().click();
        await expect(page.locator('[aria-invalid]').first()).toBeVisible();
        await look();
      });
    }

    test('on the pages of an invalid link and of a mail that is on its way', async ({ page, look }) => {
      for (const path of ['/reset-password', '/unlock', '/not-me', '/register?invitation=x', '/forgot-password?sent=1']) {
        await page.goto(path);
        await look();
      }
    });

    test('on the dashboard, before and after sending a form', async ({ page, look, ada, program, hasScripts }) => {
      await program.post('/api/auth/login', { data: { email: ada.email, password: 'wrong horse battery' } });
      await program.post('/api/auth/login', { data: { email: ada.email, password: ada.password } });
      await signIn(page, ada, hasScripts);
      await look();
      await page.getByRole('region', { name: 'Other sessions' }).getByRole('button', { name: 'Sign out' }).click();
      await expect(said(page, 'Session ended.')).toBeVisible();
      await look();
    });

    test('on the account page, before and after sending its forms', async ({ page, look, ada, hasScripts }) => {
      await signIn(page, ada, hasScripts);
      await openAccount(page, hasScripts);
      await look();
      await displayName(page).fill('');
      await saveName(page).click();
      await expect(page.getByText('Enter a name')).toBeVisible();
      await look();
      await page.getByRole('button', { name: 'Delete account' }).click();
      await expect(page.getByText('Check the box to confirm.')).toBeVisible();
      await look();
      await page.getByRole('button', { name: 'Save picture' }).click();
      await expect(page.getByText('Choose a picture.')).toBeVisible();
      await look();
      await page.goto('/confirm?next=/account');
      await look();
    });

    test('on the pages of sessions and tokens, before and after sending their forms', async ({ page, look, ada, program, hasScripts }) => {
      const token = await programSignIn(program, ada);
      await signIn(page, ada, hasScripts);
      await openInspector(page, hasScripts);
      await look();
      for (const [text, verdict] of [[token, 'The server accepts this token.'], ['x', 'Not a JWT']]) {
        await page.getByLabel('Token', { exact: true }).fill(text);
        await page.getByRole('button', { name: 'Validate on server' }).click();
        await expect(page.getByRole('region', { name: 'Decoded token' })).toContainText(verdict);
        await look();
      }
      await openSessions(page, hasScripts);
      await look();
      await page.getByRole('button', { name: 'Sign out all other sessions' }).click();
      await expect(said(page, '1 other session ended.')).toBeVisible();
      await look();
      await page.goto('/account/security');
      await expect(heading(page, 'Security log')).toBeVisible();
      await look();
      await page.goto('/account/api-keys');
      await look();
      await page.getByLabel('Name', { exact: true }).fill('Nightly backup');
      await page.getByRole('button', { name: 'Create API key' }).click();
      await expect(page.getByText('Copy your new API key now.')).toBeVisible();
      await look();
    });

    test('on the pages of administrators, empty and full', async ({ page, look, grace, hasScripts }) => {
      await signIn(page, grace, hasScripts);
      await page.goto('/admin');
      await page.getByText('Show as a table').first().click();
      await look();
      await page.goto('/admin/mail?state=failed');
      await look();
      await page.goto('/admin/invitations');
      await awake(page, hasScripts);
      await look();
      await page.getByLabel('Email').fill('joan@example.org');
      await page.getByRole('button', { name: 'Send invitation' }).click();
      await expect(said(page, 'Invitation sent to joan@example.org.')).toBeVisible();
      await look();
      await page.goto('/admin/mail');
      await look();
      await page.getByRole('link', { name: 'Invitation', exact: true }).click();
      await expect(heading(page, 'Invitation')).toBeVisible();
      await look();
    });

    test('on the pages about users, before and after errors', async ({ page, look, grace, ada, hasScripts }) => {
      await signIn(page, grace, hasScripts);
      for (const path of ['/admin/users', '/admin/users?search=nobody-here', '/admin/users/new', '/admin/users/import', '/admin/jobs']) {
        await page.goto(path);
        await look();
      }
      await page.goto('/admin/users');
      await page.getByRole('link', { name: ada.name }).click();
      await expect(heading(page, ada.name)).toBeVisible();
      await look();
      await page.getByRole('link', { name: 'Suspend user' }).click();
      await look();
      await page.getByRole('link', { name: 'Cancel' }).click();
      await page.getByRole('link', { name: 'Delete user' }).click();
      await page.getByRole('button', { name: 'Delete user' }).click();
      await expect(page.getByText('Enter the user’s email address to confirm.')).toBeVisible();
      await look();
      for (const action of ['delete', 'setRoles', 'ban']) {
        await page.goto(`/admin/users/bulk?action=${action}&of=all&search=${encodeURIComponent(grace.email)}`);
        await look();
      }
      await page.getByRole('button', { name: 'Suspend' }).click();
      await expect(page.getByText('This is the last administrator.')).toBeVisible({ timeout: 20_000 });
      await look();
    });

    test('on the audit log: a list, an empty one, an error, and one event', async ({ page, look, grace, hasScripts }) => {
      await signIn(page, grace, hasScripts);
      for (const query of ['', '?search=action:nothing', '?search=outcome:maybe']) {
        await page.goto(`/admin/audit${query}`);
        await look();
      }
      await page.goto('/admin/audit?search=action:user.created');
      await page.getByRole('table').getByRole('link').first().click();
      await expect(heading(page, 'user.created')).toBeVisible();
      await look();
    });

    test('on the page about roles and its questions', async ({ page, look, grace, hasScripts }) => {
      await signIn(page, grace, hasScripts);
      const review = '&description=Reads+users&permissions=users%3Aread';
      await page.goto('/admin/roles?ask=create');
      await look();
      await page.getByRole('button', { name: 'Create role' }).click();
      await expect(page.getByText('Use 1 to 40 of')).toBeVisible();
      await look();
      await page.getByLabel('Name', { exact: true }).fill(`looking-${String(hasScripts)}-${Date.now()}`);
      await page.getByRole('checkbox', { name: /^Users: write/ }).check();
      await page.getByRole('button', { name: 'Create role' }).click();
      await expect(page.getByText(/^Role looking-.* created\.$/)).toBeVisible();
      await look();
      const name = (await page.getByText(/^Role looking-.* created\.$/).innerText()).split(' ')[1];
      for (const ask of ['edit', `review&role=${name}${review}`, 'delete', 'edit&role=admin']) {
        await page.goto(`/admin/roles?ask=${ask.includes('role=') ? ask : `${ask}&role=${name}`}`);
        await look();
      }
    });

    test('on the monitor: the list, empty and full, one session, and the question before they end', async (
      { page, look, grace, ada, program, hasScripts },
    ) => {
      const data = { email: ada.email, password: ada.password };
      const login = await (await program.post('/api/auth/login', { data })).json();
      await program.post('/api/v1/auth/refresh', { data: { refreshToken: login.refreshToken } });
      await signIn(page, grace, hasScripts);
      await page.goto('/admin/monitor');
      await awake(page, hasScripts);
      if (hasScripts) {
        await program.post('/api/auth/login', { data });
        await expect(page.getByRole('log', { name: 'Events' })).toContainText(ada.email);
      }
      await look();
      await page.goto('/admin/monitor?search=nobody&state=flagged');
      await awake(page, hasScripts);
      await look();
      await page.goto('/admin/monitor?search=ada&sort=createdAt');
      await page.getByRole('link', { name: /^Open the session on/ }).first().click();
      await expect(page.getByRole('region', { name: 'Refresh history' })).toBeVisible();
      await look();
      await page.getByRole('link', { name: 'Revoke session' }).click();
      await expect(heading(page, 'Revoke this session?')).toBeVisible();
      await look();
    });

    test('on the page for a missing page', async ({ page, look, trouble }) => {
      trouble.expect(/\b404\b.*no-such-page/);
      await page.goto('/no-such-page');
      await look();
    });
  });
}
