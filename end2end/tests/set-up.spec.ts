import type { Page } from '@playwright/test';
import { awake, heading, onDashboard, onSignIn, said, signOut, submitSignIn } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

const GRACE = { name: 'Grace Hopper', email: 'grace@example.com', username: 'grace', password: 'a ship in port is safe' };

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const makeButton = (page: Page) => page.getByRole('button', { name: 'Create administrator' });

async function fillIn(page: Page, who: Partial<typeof GRACE>): Promise<void> {
  await field(page, 'Name').fill(who.name ?? '');
  await field(page, 'Email').fill(who.email ?? '');
  await field(page, 'Username (optional)').fill(who.username ?? '');
  await field(page, 'Password').fill(who.password ?? '');
}

async function open(page: Page, link: string, hasScripts: boolean): Promise<void> {
  await page.goto(link);
  await expect(heading(page, 'Set up Claviger')).toBeVisible();
  await awake(page, hasScripts);
}

test('the printed link leads through set-up to being signed in, and is dead afterwards', async ({ page, server, hasScripts }) => {
  await open(page, server.setUpLink, hasScripts);
  await fillIn(page, GRACE);
  await makeButton(page).click();
  await onDashboard(page, GRACE, hasScripts);
  await expect(said(page, 'Administrator created.')).toBeVisible();
  await expect(page.getByRole('definition').getByText('Administrator', { exact: true })).toBeVisible();

  await page.goto(server.setUpLink);
  await expect(heading(page, 'Claviger is already set up')).toBeVisible();
  await expect(makeButton(page)).toHaveCount(0);
});

test('a username is optional', async ({ page, server, hasScripts }) => {
  await open(page, server.setUpLink, hasScripts);
  await fillIn(page, { ...GRACE, username: '' });
  await makeButton(page).click();
  await onDashboard(page, GRACE, hasScripts);
  await signOut(page);
  await onSignIn(page);
  await submitSignIn(page, GRACE.email, GRACE.password);
  await onDashboard(page, GRACE, hasScripts);
});

test('the dashboard of an administrator lists what is left to set up, until it is dismissed', async (
  { page, server, hasScripts },
) => {
  await open(page, server.setUpLink, hasScripts);
  await fillIn(page, GRACE);
  await makeButton(page).click();
  await onDashboard(page, GRACE, hasScripts);
  const list = page.getByRole('region', { name: 'Finish setting up' });
  const step = (name: string) => list.getByRole('listitem').filter({ hasText: name });
  for (const name of ['Email server', 'Public URL']) await expect(step(name)).toContainText('To do');
  await expect(step('Backup')).toContainText('copy its data folder');
  await step('Users').getByRole('link', { name: 'Invite a user' }).click();
  await expect(page).toHaveURL('/admin/invitations');

  await page.goto('/dashboard');
  await list.getByRole('button', { name: 'Dismiss this list' }).click();
  await expect(page).toHaveURL('/dashboard');
  await expect(list).toHaveCount(0);
  await page.reload();
  await expect(list).toHaveCount(0);
});

test('a newer link replaces the older one', async ({ page, server, hasScripts }) => {
  const newer = await server.command(['setup-link']);
  await page.goto(server.setUpLink);
  await expect(heading(page, 'This set-up link has expired or was already used')).toBeVisible();
  await expect(page.getByText('claviger setup-link')).toBeVisible();
  await open(page, newer.match(/http\S+/)?.[0] ?? '', hasScripts);
});

test('an invented link shows no form', async ({ page }) => {
  for (const path of ['/setup?token=x', '/setup?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']) {
    await page.goto(path);
    await expect(heading(page, 'This set-up link has expired or was already used')).toBeVisible();
    await expect(makeButton(page)).toHaveCount(0);
  }
});

test('each field shows its error, and input is kept', async ({ page, server, hasScripts }) => {
  await open(page, server.setUpLink, hasScripts);
  await fillIn(page, { email: 'grace@', username: 'grace hopper', password: 'short' });
  await makeButton(page).click();
  await expect(field(page, 'Name')).toHaveAccessibleDescription(/Enter a name/);
  await expect(field(page, 'Name')).toBeFocused();
  await expect(field(page, 'Email')).toHaveAccessibleDescription(/Enter a valid email address/);
  await expect(field(page, 'Username (optional)')).toHaveAccessibleDescription(/starting with a letter or digit/);
  await expect(field(page, 'Password')).toHaveAccessibleDescription(/Use at least 8 characters/);
  for (const label of ['Name', 'Email', 'Username (optional)', 'Password']) {
    await expect(field(page, label)).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(field(page, 'Email')).toHaveValue('grace@');
  await expect(field(page, 'Username (optional)')).toHaveValue('grace hopper');

  await fillIn(page, GRACE);
  await makeButton(page).click();
  await onDashboard(page, GRACE, hasScripts);
});

test('a link opened twice creates one administrator', async ({ page, context, server, hasScripts }) => {
  const second = await context.newPage();
  await open(page, server.setUpLink, hasScripts);
  await open(second, server.setUpLink, hasScripts);
  await fillIn(page, GRACE);
  await makeButton(page).click();
  await onDashboard(page, GRACE, hasScripts);

  await fillIn(second, { ...GRACE, email: 'eve@example.com', username: 'eve' });
  await makeButton(second).click();
  await expect(second.getByText(/Claviger is already set up/)).toBeVisible();
  expect(await server.command(['user', 'list'])).not.toContain('eve@example.com');
});

test('without a link the page says where to find one', async ({ page }) => {
  for (const path of ['/setup', '/setup?token=']) {
    await page.goto(path);
    await expect(heading(page, 'Set up Claviger')).toBeVisible();
    await expect(page.getByText('claviger setup-link')).toBeVisible();
    await expect(makeButton(page)).toHaveCount(0);
  }
});

test.describe('while there is no user', () => {
  test.use({ isEmpty: true });

  test('every page says how to set the server up, until there is a user', async ({ page, server }) => {
    for (const path of ['/', '/login', '/register', '/dashboard', '/admin/monitor', '/nowhere']) {
      await page.goto(path);
      await expect(heading(page, 'Set up Claviger')).toBeVisible();
      await expect(page.getByText('claviger setup-link')).toBeVisible();
    }
    await server.make();
    await page.goto('/login');
    await onSignIn(page);
  });
});
