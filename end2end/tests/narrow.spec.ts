// At 320 px, which is also 1280 px at a zoom of 400 % (WCAG 2.2, 1.4.10): nothing scrolls sideways.

import { awake, displayName, heading, openAccount, openInspector, openSessions, openSignIn, saveName, signIn, signInButton, submitSignIn } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

test.use({ viewport: { width: 320, height: 640 } });

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const widest = await page.evaluate(() => {
    const all = [...document.querySelectorAll('body *')];
    const wide = all.filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5);
    const names = wide.map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`);
    return { width: document.documentElement.scrollWidth, names };
  });
  expect(widest.width, `reaching out: ${widest.names.join(', ')}`).toBeLessThanOrEqual(320);
}

test('the sign-in page fits', async ({ page, ada, hasScripts }) => {
  await openSignIn(page, hasScripts);
  await expectNoSidewaysScroll(page);
  await submitSignIn(page, `${'nobody'.repeat(20)}@example.com`, ada.password);
  await expect(page.getByText('Incorrect email, username or password.')).toBeVisible();
  await expectNoSidewaysScroll(page);
  await openSignIn(page, hasScripts);
  await signInButton(page).click();
  await expect(page.getByText('Enter your password')).toBeVisible();
  await expectNoSidewaysScroll(page);
});

test('the set-up page fits', async ({ page, server }) => {
  await page.goto(server.setUpLink);
  await expect(heading(page, 'Set up Claviger')).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await expect(page.getByText('Enter a name')).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.goto('/setup?token=x');
  await expect(heading(page, 'This set-up link has expired or was already used')).toBeVisible();
  await expectNoSidewaysScroll(page);
});

test('the pages of registration and recovery fit', async ({ page, hasScripts }) => {
  const address = `${'nobody'.repeat(10)}@${'a'.repeat(60)}.example.com`;
  for (const [path, button, field] of [
    ['/register', 'Create account', 'Email'],
    ['/verify-email', 'Verify email', 'Email'],
    ['/forgot-password', 'Send reset link', 'Email'],
    ['/verify-email?token=x', 'Resend email', 'Email or username'],
  ]) {
    await openSignIn(page, hasScripts, path);
    await expectNoSidewaysScroll(page);
    await page.getByRole('button', { name: button }).first().click();
    await expect(page.locator('[aria-invalid]').first()).toBeVisible();
    await expectNoSidewaysScroll(page);
    await page.getByLabel(field, { exact: true }).first().fill(address);
  }
  for (const path of ['/reset-password', '/unlock', '/not-me', '/register?invitation=x', '/forgot-password?sent=1']) {
    await page.goto(path);
    await expectNoSidewaysScroll(page);
  }
});

test('the dashboard fits, however long names and devices are', async ({ page, server, program, hasScripts }) => {
  const email = `wolfeschlegelsteinhausenbergerdorff@${'a'.repeat(60)}.example.com`;
  const long = await server.make({ email, username: 'w'.repeat(64), name: 'W'.repeat(100) });
  const login = { email: long.email, password: long.password };
  const headers = { 'user-agent': `${'x'.repeat(60)}/1.0` };
  expect((await program.post('/api/auth/login', { data: login, headers })).status()).toBe(200);
  await signIn(page, long, hasScripts);
  await expect(page.getByRole('region', { name: 'Other sessions' }).getByRole('listitem')).toHaveCount(1);
  await expectNoSidewaysScroll(page);
});

test('the account page fits, before and after errors', async ({ page, server, hasScripts }) => {
  const email = `wolfeschlegelsteinhausenbergerdorff@${'a'.repeat(60)}.example.com`;
  await signIn(page, await server.make({ email, username: 'w'.repeat(64), name: 'W'.repeat(100) }), hasScripts);
  await openAccount(page, hasScripts);
  await expectNoSidewaysScroll(page);
  await displayName(page).fill('');
  await saveName(page).click();
  await expect(page.getByText('Enter a name')).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: 'Delete account' }).click();
  await expect(page.getByText('Check the box to confirm.')).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: 'Save picture' }).click();
  await expect(page.getByText('Choose a picture.')).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.goto('/confirm?next=/account');
  await expectNoSidewaysScroll(page);
});

test('the pages of sessions and tokens fit, however long names and devices are', async ({ page, server, program, hasScripts }) => {
  const email = `wolfeschlegelsteinhausenbergerdorff@${'a'.repeat(60)}.example.com`;
  const long = await server.make({ email, username: 'w'.repeat(64), name: 'W'.repeat(100) });
  const login = { email: long.email, password: long.password };
  const headers = { 'user-agent': `${'x'.repeat(60)}/1.0` };
  const { token } = await (await program.post('/api/auth/login', { data: login, headers })).json();
  await signIn(page, long, hasScripts);
  await openSessions(page, hasScripts);
  await expectNoSidewaysScroll(page);
  await page.goto('/account/security');
  await expect(heading(page, 'Security log')).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.goto('/account/api-keys');
  await page.getByLabel('Name', { exact: true }).fill('W'.repeat(60));
  await page.getByRole('button', { name: 'Create API key' }).click();
  await expect(page.getByText('Copy your new API key now.')).toBeVisible();
  await expectNoSidewaysScroll(page);
  await openInspector(page, hasScripts);
  await expectNoSidewaysScroll(page);
  await page.getByLabel('Token', { exact: true }).fill(token.replace(/[^.]*$/, 'AAAA'));
  await page.getByRole('button', { name: 'Validate on server' }).click();
  await expect(page.getByText('Invalid signature')).toBeVisible();
  await expectNoSidewaysScroll(page);
});

test('the pages of administrators fit, with long addresses too', async ({ page, grace, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto('/admin');
  await page.getByText('Show as a table').first().click();
  await expectNoSidewaysScroll(page);
  await page.goto('/admin/invitations');
  await awake(page, hasScripts);
  await page.getByLabel('Email').fill(`wolfeschlegelsteinhausenbergerdorff@${'a'.repeat(60)}.example.com`);
  await page.getByRole('button', { name: 'Send invitation' }).click();
  await expect(page.getByText('Invitation sent to')).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.goto('/admin/mail');
  await expectNoSidewaysScroll(page);
  await page.getByRole('link', { name: 'Invitation', exact: true }).click();
  await expect(heading(page, 'Invitation')).toBeVisible();
  await expectNoSidewaysScroll(page);
});

test('the pages about users fit, however long names are', async ({ page, grace, server, hasScripts }) => {
  const email = `wolfeschlegelsteinhausenbergerdorff@${'a'.repeat(60)}.example.com`;
  const long = await server.make({ email, username: 'w'.repeat(64), name: 'W'.repeat(100) });
  await signIn(page, grace, hasScripts);
  for (const path of ['/admin/users', '/admin/users?search=nobody', '/admin/users/new', '/admin/users/import', '/admin/jobs']) {
    await page.goto(path);
    await expectNoSidewaysScroll(page);
  }
  await page.goto('/admin/users');
  await page.getByRole('link', { name: long.name }).click();
  await expect(heading(page, long.name)).toBeVisible();
  await expectNoSidewaysScroll(page);
  for (const question of ['Suspend user', 'Delete user']) {
    await page.getByRole('link', { name: question }).click();
    await expect(heading(page, question.replace('user', 'this user?'))).toBeVisible();
    await expectNoSidewaysScroll(page);
    await page.getByRole('link', { name: 'Cancel' }).click();
  }
  await page.goto('/admin/users/bulk?action=setRoles&of=all');
  await expectNoSidewaysScroll(page);
  await page.goto(`/admin/users/bulk?action=ban&of=all&search=${encodeURIComponent(grace.email)}`);
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText('This is the last administrator.')).toBeVisible({ timeout: 20_000 });
  await expectNoSidewaysScroll(page);
});

test('the audit log fits, however long names are', async ({ page, grace, server, hasScripts }) => {
  const email = `wolfeschlegelsteinhausenbergerdorff@${'b'.repeat(60)}.example.com`;
  await server.make({ email, username: 'v'.repeat(64), name: 'V'.repeat(100) });
  await signIn(page, grace, hasScripts);
  for (const path of ['/admin/audit', `/admin/audit?search=${'v'.repeat(64)}`, '/admin/audit?search=outcome:maybe']) {
    await page.goto(path);
    await expectNoSidewaysScroll(page);
  }
  await page.goto(`/admin/audit?search=${'v'.repeat(64)}`);
  await page.getByRole('table').getByRole('link').first().click();
  await expect(heading(page, 'user.created')).toBeVisible();
  await expectNoSidewaysScroll(page);
});

test('the page about roles fits: the table scrolls, and its questions do not', async ({ page, grace, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  const name = `${'r'.repeat(20)}-${Date.now()}`;
  await page.goto('/admin/roles?ask=create');
  await expectNoSidewaysScroll(page);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Description').fill('D'.repeat(200));
  await page.getByRole('button', { name: 'Create role' }).click();
  await expect(page.getByText(`Role ${name} created.`)).toBeVisible();
  const table = page.getByRole('region', { name: 'Roles and permissions' });
  expect(await table.evaluate((region) => region.scrollWidth > region.clientWidth)).toBe(true);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  for (const ask of ['edit', 'review&description=x', 'delete']) {
    await page.goto(`/admin/roles?role=${name}&ask=${ask}`);
    await expectNoSidewaysScroll(page);
  }
});

test('the monitor fits, however long names and devices are', async ({ page, grace, server, program, hasScripts }) => {
  const email = `wolfeschlegelsteinhausenbergerdorff@${'a'.repeat(60)}.example.com`;
  const long = await server.make({ email, username: 'w'.repeat(64), name: 'W'.repeat(100) });
  const headers = { 'user-agent': `${'x'.repeat(60)}/1.0` };
  const login = await program.post('/api/auth/login', { data: { email, password: long.password }, headers });
  const { refreshToken } = await login.json();
  await program.post('/api/v1/auth/refresh', { data: { refreshToken }, headers });
  await signIn(page, grace, hasScripts);
  for (const path of ['/admin/monitor', '/admin/monitor?search=nobody', '/admin/monitor?search=wolfe&state=live']) {
    await page.goto(path);
    await awake(page, hasScripts);
    await expectNoSidewaysScroll(page);
  }
  await page.getByRole('link', { name: /^Open the session on/ }).click();
  await expect(page.getByRole('region', { name: 'Refresh history' })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.getByRole('link', { name: 'Revoke session' }).click();
  await expect(heading(page, 'Revoke this session?')).toBeVisible();
  await expectNoSidewaysScroll(page);
});

test('the page for a missing page fits', async ({ page, trouble }) => {
  trouble.expect(/\b404\b.*no-such-page/);
  await page.goto('/no-such-page');
  await expectNoSidewaysScroll(page);
});
