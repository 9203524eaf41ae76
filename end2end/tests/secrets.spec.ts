import { displayName, openAccount, said, saveName, signIn, signOut } from '../fixtures/pages.ts';
import { expect, test, type BrowserContext, type Page } from '../fixtures/test.ts';
import { cookie } from '../fixtures/tokens.ts';

/** Both tokens, and the parts of the access token that are secret on their own. */
async function tokens(context: BrowserContext): Promise<string[]> {
  const access = await cookie(context, 'claviger-access');
  const refresh = await cookie(context, 'claviger-refresh');
  expect(access?.split('.')).toHaveLength(3);
  expect(refresh?.length).toBeGreaterThan(40);
  return [...access!.split('.').slice(1), refresh!];
}

/** Everything that scripts on this page could read. */
const readable = (page: Page) =>
  page.evaluate(() => [
    document.documentElement.outerHTML,
    document.cookie,
    location.href,
    JSON.stringify({ ...localStorage }),
    JSON.stringify({ ...sessionStorage }),
    JSON.stringify(history.state),
  ]);

/** Collects the body of every text response of the site. */
function bodies(page: Page): Promise<string>[] {
  const kept: Promise<string>[] = [];
  page.on('response', (response) => {
    const isText = /html|json|javascript/.test(response.headers()['content-type'] ?? '');
    if (isText && response.status() === 200) kept.push(response.text().catch(() => ''));
  });
  return kept;
}

test('tokens are in cookies that no script can read, and nowhere else', async ({ page, context, server, ada, hasScripts }) => {
  const answers = bodies(page);
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  await displayName(page).fill('Ada King');
  await saveName(page).click();
  await expect(said(page, 'Name saved.')).toBeVisible();
  await page.reload();

  const found = [...(await readable(page)), ...(await Promise.all(answers)), server.log];
  expect(answers.length).toBeGreaterThan(2);
  expect(found.join('\n')).toContain(ada.email);
  for (const token of await tokens(context)) {
    for (const text of found) expect(text.includes(token), 'a token is in a text').toBe(false);
  }
  const own = (await context.cookies()).filter(({ name }) => /^claviger-(access|refresh)$/.test(name));
  expect(own).toHaveLength(2);
  for (const found of own) expect(found).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', domain: '127.0.0.1' });
});

test('the log contains neither passwords nor addresses', async ({ page, server, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await signOut(page);
  await expect(said(page, 'You’re signed out.')).toBeVisible();
  expect(server.log).toContain('/fn/sign_in');
  for (const secret of [ada.password, ada.email, ada.username + '@', ada.name]) expect(server.log).not.toContain(secret);
  const afterStart = server.log.slice(server.log.indexOf('"duration_ms"'));
  expect(afterStart).not.toContain('token=');
});

test('a password is never sent back', async ({ page, ada, hasScripts }) => {
  const answers = bodies(page);
  await page.goto('/login');
  await page.getByLabel('Email or username').fill(ada.email);
  await page.getByLabel('Password', { exact: true }).fill('wrong horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Incorrect email, username or password.')).toBeVisible();
  for (const text of await Promise.all(answers)) expect(text).not.toContain('wrong horse battery');
  expect(page.url()).not.toContain('wrong');
  expect(hasScripts ? '' : await page.content()).not.toContain('wrong horse battery');
});
