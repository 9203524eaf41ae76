import type { Page } from '@playwright/test';
import { mailTo } from '../fixtures/mail.ts';
import {
  awake, banner, displayName, heading, onDashboard, onSignIn, openAccount, programSignIn, said, saveName, signIn, signOut, submitSignIn,
} from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

const NEW = 'another horse, another battery';

const current = (page: Page) => page.getByLabel('Current password', { exact: true });
const next = (page: Page) => page.getByLabel('New password', { exact: true });
const changePassword = (page: Page) => page.getByRole('button', { name: 'Change password' });
const newEmail = (page: Page) => page.getByLabel('New email address');
const changeEmail = (page: Page) => page.getByRole('button', { name: 'Change email' });
const code = (page: Page) => page.getByLabel('Code from the verification email');
const sure = (page: Page) => page.getByLabel('I understand: permanently delete my account');
const deleteAccount = (page: Page) => page.getByRole('button', { name: 'Delete account' });

test('the dashboard links to the account page, which shows the account', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await page.getByRole('link', { name: 'Edit account' }).click();
  await expect(page).toHaveTitle('Your account · Claviger');
  await expect(page.getByRole('link', { name: 'Account', exact: true })).toHaveAttribute('aria-current', 'page');
  await expect(page.getByRole('region', { name: 'Email' })).toContainText(`${ada.email}Verified`);
  await expect(page.getByRole('link', { name: 'Email log' })).toHaveCount(0);
});

test('a new display name is saved and shown', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  let loads = 0;
  page.on('request', (request) => (loads += request.isNavigationRequest() ? 1 : 0));
  await displayName(page).fill('  Ada King ');
  await saveName(page).click();
  await expect(said(page, 'Name saved.')).toBeVisible();
  await expect(banner(page)).toContainText('Ada King');
  // Without scripts: the form, and the page it leads to.
  expect(loads).toBe(hasScripts ? 0 : 2);

  await page.reload();
  await expect(banner(page)).toContainText('Ada King');
  await expect(displayName(page)).toHaveValue('Ada King');
  await expect(said(page, 'Name saved.')).toHaveCount(0);
});

test('an invalid name is refused next to its field, and stays as typed', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  const wrong = [
    ['', 'Enter a name.'],
    ['Ada\u202Egnik', 'Use only letters, digits, spaces and punctuation.'],
    ['a'.repeat(101), 'Use at most 100 characters.'],
  ];
  for (const [name, why] of wrong) {
    await displayName(page).fill(name);
    await saveName(page).click();
    await expect(displayName(page)).toHaveAccessibleDescription(why);
    await expect(displayName(page)).toHaveAttribute('aria-invalid', 'true');
    await expect(displayName(page)).toBeFocused();
    await expect(displayName(page)).toHaveValue(name);
    await expect(banner(page)).toContainText(ada.name);
  }
  await displayName(page).fill('Ada King');
  await saveName(page).click();
  await expect(said(page, 'Name saved.')).toBeVisible();
  await expect(displayName(page)).not.toHaveAttribute('aria-invalid', 'true');
});

test('a name is shown as text, whatever it contains', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  const name = `</script><img src=/x onerror="alert(1)"> "'&amp; 李小龍 🔑`;
  await displayName(page).fill(name);
  await saveName(page).click();
  await expect(banner(page)).toContainText(name);
  await page.reload();
  await expect(banner(page)).toContainText(name);
  await expect(displayName(page)).toHaveValue(name);
  await expect(page.locator('img')).toHaveCount(0);
});

// Without scripts a tab learns nothing from another.
test('the other tabs show the new name at once', { tag: '@scripts' }, async ({ page, context, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  const other = await context.newPage();
  await other.goto('/dashboard');
  await awake(other, hasScripts);
  await displayName(page).fill('Ada King');
  await saveName(page).click();
  await expect(heading(other, 'Hello, Ada King')).toBeVisible();
});

test('a new password signs out everywhere else and stays signed in here', async ({ page, ada, otherBrowser, program, hasScripts }) => {
  const elsewhere = await (await otherBrowser()).newPage();
  await signIn(elsewhere, ada, hasScripts);
  const token = await programSignIn(program, ada);
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  await current(page).fill(ada.password);
  await next(page).fill(NEW);
  await changePassword(page).click();
  await expect(said(page, 'Password changed. You’ve been signed out everywhere else.')).toBeVisible();
  await expect(current(page)).toHaveValue('');
  await expect(next(page)).toHaveValue('');
  const answer = await program.get('/api/user/profile', { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status()).toBe(401);
  await elsewhere.goto('/account');
  await onSignIn(elsewhere);
  await page.reload();
  await expect(heading(page, 'Your account')).toBeVisible();

  await signOut(page);
  await onSignIn(page);
  await submitSignIn(page, ada.email, NEW);
  await onDashboard(page, ada, hasScripts);
});

test('a problem with a password is shown next to its field', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  await changePassword(page).click();
  await expect(current(page)).toHaveAccessibleDescription('Enter your current password.');
  await expect(current(page)).toBeFocused();
  await current(page).fill('wrong horse battery');
  await next(page).fill(NEW);
  await changePassword(page).click();
  await expect(current(page)).toHaveAccessibleDescription('Incorrect password.');
  await expect(current(page)).toBeFocused();
  await expect(current(page)).toHaveValue('');
  await current(page).fill(ada.password);
  await next(page).fill('short');
  await changePassword(page).click();
  await expect(next(page)).toHaveAccessibleDescription(/Use at least 8 characters/);
  await expect(next(page)).toBeFocused();
});

test('a new address is requested, and a wrong code changes nothing', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  await newEmail(page).fill('lovelace@');
  await changeEmail(page).click();
  await expect(newEmail(page)).toHaveAccessibleDescription(/Enter a valid email address/);
  await expect(newEmail(page)).toHaveValue('lovelace@');
  await newEmail(page).fill('lovelace@example.org');
  await changeEmail(page).click();
  await expect(said(page, 'We sent a verification email to')).toBeVisible();
  await code(page).fill('0000 0000');
  await page.getByRole('button', { name: 'Verify email' }).click();
  await expect(code(page)).toHaveAccessibleDescription(/This code is wrong/);
  await expect(code(page)).toBeFocused();
  await expect(code(page)).toHaveValue('0000 0000');
  await expect(page.getByRole('region', { name: 'Email' })).toContainText(ada.email);
});

test('a pending change says where its email went, which can be sent again, and is cancelled', async (
  { page, server, ada, hasScripts },
) => {
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  await expect(code(page)).toHaveCount(0);
  await newEmail(page).fill('lovelace@example.org');
  await changeEmail(page).click();
  const email = page.getByRole('region', { name: 'Email' });
  await expect(email).toContainText('Waiting for this address to be verified: lovelace@example.org');
  await expect(newEmail(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Resend email' }).click();
  await mailTo(server, 'lovelace@example.org', 2);
  await expect(email).toContainText('lovelace@example.org');

  await page.getByRole('button', { name: 'Cancel change' }).click();
  await expect(said(page, 'Email change cancelled.')).toBeVisible();
  await expect(email).not.toContainText('lovelace@example.org');
  await expect(newEmail(page)).toBeVisible();
});

test('an administrator reads the code in the list of mails, and it confirms the address', async ({ page, grace, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await openAccount(page, hasScripts);
  await newEmail(page).fill('hopper@example.org');
  await changeEmail(page).click();
  await expect(said(page, 'We sent a verification email to')).toBeVisible();
  await page.goto('/admin/mail');
  await page.getByRole('link', { name: 'Verify new email' }).click();
  const text = await page.getByRole('region', { name: 'Content' }).innerText();
  await openAccount(page, hasScripts);
  await code(page).fill(text.match(/\b\d{8}\b|\b\d{4} \d{4}\b/)?.[0] ?? '');
  await page.getByRole('button', { name: 'Verify email' }).click();
  await expect(said(page, 'Your email address is now hopper@example.org.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Email' })).toContainText('hopper@example.org');
});

test('an account is deleted after a confirmation', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  await deleteAccount(page).click();
  await expect(sure(page)).toHaveAccessibleDescription('Check the box to confirm.');
  await expect(sure(page)).toBeFocused();
  await sure(page).check();
  await deleteAccount(page).click();
  await onSignIn(page);
  await expect(said(page, 'Account deleted.')).toBeVisible();
  await submitSignIn(page, ada.email, ada.password);
  await expect(page.getByText('Incorrect email, username or password.')).toBeVisible();
});

test('the last administrator cannot be deleted', async ({ page, grace, hasScripts }) => {
  await signIn(page, grace, hasScripts);
  await openAccount(page, hasScripts);
  await sure(page).check();
  await deleteAccount(page).click();
  await expect(page.getByRole('alert').filter({ hasText: 'You’re the last administrator' })).toBeFocused();
  await expect(banner(page)).toContainText(grace.name);
});
