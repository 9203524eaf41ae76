import { heading, signIn } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const form = (page: Page) => page.getByRole('form', { name: 'Change several users' });

test('users are selected, suspended after a question, and the job says how far it is', async ({ page, grace, ada, server, hasScripts }) => {
  const joan = await server.make({ email: 'joan@example.org', username: 'joan', name: 'Joan Clarke' });
  await signIn(page, grace, hasScripts);
  await page.goto('/admin/users');
  for (const person of [ada, joan]) {
    await page.getByRole('row').filter({ hasText: person.email }).getByRole('checkbox').check();
  }
  await form(page).getByLabel('With several users').selectOption('Suspend');
  await form(page).getByRole('button', { name: 'Continue with selected' }).click();
  await expect(heading(page, 'Suspend 2 users?')).toBeVisible();
  const whom = page.getByRole('list', { name: 'Users' });
  await expect(whom).toContainText(ada.email);
  await expect(whom).toContainText(joan.email);
  await page.getByLabel('Reason').fill('spam');
  await page.getByRole('button', { name: 'Suspend' }).click();
  await expect(heading(page, 'Suspend 2 users')).toBeVisible();
  // The page reloads itself, with scripts and without.
  await expect(page.getByText('2 of 2 users changed')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('Done', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Back to users' }).click();
  await page.goto('/admin/users?status=banned');
  await expect(page.getByText('2 users', { exact: true })).toBeVisible();
});

test('all who match are meant, and the number is typed before they are deleted', async ({ page, grace, ada, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto(`/admin/users?search=${encodeURIComponent(ada.email)}`);
  await form(page).getByLabel('With several users').selectOption('Delete');
  await form(page).getByRole('button', { name: 'Continue with all 1' }).click();
  await expect(heading(page, 'Delete 1 user?')).toBeVisible();
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Enter the number of users to confirm.')).toBeVisible();
  await page.getByLabel('Number of users, to confirm').fill('1');
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('1 of 1 user changed')).toBeVisible({ timeout: 20_000 });
});

test('who was not changed is in the report', async ({ page, grace, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto(`/admin/users?search=${encodeURIComponent(grace.email)}`);
  await form(page).getByLabel('With several users').selectOption('Suspend');
  await form(page).getByRole('button', { name: 'Continue with all 1' }).click();
  await page.getByRole('button', { name: 'Suspend' }).click();
  const report = page.getByRole('region', { name: 'Users not changed' });
  await expect(report).toContainText('This is the last administrator. Make another user an administrator first.', { timeout: 20_000 });
  await expect(report.getByRole('link', { name: grace.email })).toBeVisible();
});

test('the list is exported with its filters', async ({ page, grace, ada, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto(`/admin/users?search=${encodeURIComponent(ada.email)}`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^users-\d{4}-\d\d-\d\d\.csv$/);
  const text = (await (await download.createReadStream()).toArray()).join('');
  expect(text).toContain(ada.email);
  expect(text).not.toContain(grace.email);
});
