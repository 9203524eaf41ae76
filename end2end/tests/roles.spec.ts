// What an administrator does with roles: create one, give it until a time, change it after a warning, delete it.

import { heading, navigation, said, signIn } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });

test('a role is created, given until a time, changed after a warning, taken away and deleted', async ({ page, grace, ada, hasScripts }) => {
  const name = `support-${Date.now()}`;
  await signIn(page, grace, hasScripts);
  await (await navigation(page)).getByRole('link', { name: 'Roles', exact: true }).click();
  await expect(page).toHaveTitle('Roles · Claviger');
  await expect(row(page, 'Administrator')).toContainText('Built-in');
  await page.getByRole('link', { name: 'Create a role' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('checkbox', { name: /^Users: read/ }).check();
  await page.getByRole('checkbox', { name: /^Sessions: read/ }).check();
  await page.getByRole('button', { name: 'Create role' }).click();
  await expect(said(page, `Role ${name} created.`)).toBeVisible();

  await page.goto('/admin/users');
  await page.getByRole('link', { name: ada.name }).click();
  await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).check();
  await page.getByLabel(`Until (UTC) ${name}`).fill('2999-01-31T12:00');
  await page.getByRole('button', { name: 'Save roles' }).click();
  await expect(page.getByText(`${name} (until 31 Jan 2999, 12:00 UTC)`)).toBeVisible();

  await page.goto('/admin/roles');
  await row(page, name).getByRole('link', { name: `1 ${name}` }).click();
  await expect(page.getByRole('link', { name: ada.name })).toBeVisible();
  await page.goto('/admin/roles');
  await row(page, name).getByRole('link', { name: `Edit ${name}` }).click();
  await page.getByRole('checkbox', { name: /^Sessions: read/ }).uncheck();
  await page.getByRole('button', { name: 'Review changes' }).click();
  await expect(heading(page, 'Save these changes?')).toBeVisible();
  await expect(page.getByText('1 user loses what is taken away')).toBeVisible();
  await expect(page.getByRole('definition').filter({ hasText: 'Sessions: read' })).toBeVisible();
  await page.getByRole('button', { name: 'Save role' }).click();
  await expect(said(page, `Role ${name} saved.`)).toBeVisible();

  await row(page, name).getByRole('link', { name: `Delete ${name}` }).click();
  await expect(page.getByText('Take it from them before you delete it.')).toBeVisible();
  await page.getByRole('link', { name: 'Show the users with this role' }).click();
  await page.getByRole('link', { name: ada.name }).click();
  await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).uncheck();
  await page.getByRole('button', { name: 'Save roles' }).click();
  await page.goto('/admin/roles');
  await row(page, name).getByRole('link', { name: `Delete ${name}` }).click();
  await page.getByRole('button', { name: 'Delete role' }).click();
  await expect(said(page, `Role ${name} deleted.`)).toBeVisible();
  await expect(row(page, name)).toHaveCount(0);
});
