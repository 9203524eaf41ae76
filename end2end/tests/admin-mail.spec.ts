import { awake, heading, navigation, said, signIn } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const rows = (page: Page) => page.getByRole('table').getByRole('row');
const filter = (page: Page, name: RegExp) => page.getByRole('navigation', { name: 'Filter by state' }).getByRole('link', { name });

async function invite(page: Page, email: string, hasScripts: boolean): Promise<void> {
  await page.goto('/admin/invitations');
  await awake(page, hasScripts);
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Send invitation' }).click();
  await expect(said(page, `Invitation sent to ${email}.`)).toBeVisible();
}

test('an invitation is mailed, shown and sent again', async ({ page, grace, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await invite(page, 'joan@example.org', hasScripts);
  await (await navigation(page)).getByRole('link', { name: 'Email log', exact: true }).click();
  await expect(page).toHaveTitle('Email log · Claviger');
  await expect(page.getByText('Emails are saved as files')).toBeVisible();
  await expect(rows(page).filter({ hasText: 'joan@example.org' })).toHaveCount(1);
  await expect(async () => {
    await page.reload();
    await expect(rows(page).filter({ hasText: 'joan@example.org' })).toContainText('Sent', { timeout: 500 });
  }).toPass();

  await page.getByRole('link', { name: 'Invitation', exact: true }).click();
  await expect(heading(page, 'Invitation')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Content' })).toContainText('/register?invitation=');
  await page.getByRole('button', { name: 'Resend' }).click();
  await expect(said(page, 'Email queued. It will be sent in a moment.')).toBeVisible();
});

test('a filter stays in the address', async ({ page, grace, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await page.goto('/admin/mail');
  await filter(page, /^Failed/).click();
  await expect(page).toHaveURL('/admin/mail?state=failed');
  await expect(filter(page, /^Failed/)).toHaveAttribute('aria-current', 'page');
  await expect(page.getByText('No failed emails.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('No failed emails.')).toBeVisible();
});

test('the list can be paged in both directions', async ({ page, grace, program, hasScripts }) => {
  const login = await program.post('/api/auth/login', { data: { email: grace.email, password: grace.password } });
  const headers = { authorization: `Bearer ${(await login.json()).token}` };
  for (let number = 1; number <= 30; number++) {
    const answer = await program.post('/api/v1/invitations', { headers, data: { email: `mail${number}@example.org` } });
    expect(answer.status()).toBe(202);
  }
  await signIn(page, grace, hasScripts);
  await page.goto('/admin/mail');
  await expect(rows(page)).toHaveCount(26);
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page).toHaveURL(/\?before=/);
  await expect(rows(page).filter({ hasText: 'mail1@example.org' })).toHaveCount(1);
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect(rows(page).filter({ hasText: 'mail30@example.org' })).toHaveCount(1);
});

test('a user without the permission gets an error page', async ({ page, ada, trouble, hasScripts }) => {
  trouble.expect(/\b403\b.*\/admin\//);
  await signIn(page, ada, hasScripts);
  await expect((await navigation(page)).getByRole('link', { name: 'Email log' })).toHaveCount(0);
  for (const path of ['/admin/mail', '/admin/invitations']) {
    await page.goto(path);
    await expect(heading(page, 'You don’t have access to this page')).toBeVisible();
  }
});

test('an invitation can be revoked', async ({ page, grace, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await invite(page, 'joan@example.org', hasScripts);
  const row = page.getByRole('region', { name: /^Pending invitations/ }).getByRole('listitem');
  await expect(row).toContainText('joan@example.org');
  await row.getByRole('button', { name: 'Revoke joan@example.org' }).click();
  await expect(said(page, 'Invitation revoked.')).toBeVisible();
  await expect(page.getByText('No pending invitations.')).toBeVisible();
});
