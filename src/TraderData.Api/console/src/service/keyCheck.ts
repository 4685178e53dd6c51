import { lose } from './connection';
import { judgeKey, key, keyState } from './key';

/** Asks the service what the key may do. A wrong one is sent twice at most: the service counts them. */
export async function checkKey(): Promise<string | null> {
  const sent = key();
  if (sent === null || keyState() !== 'checking') return null;
  try {
    const asOperator = await ask('api/operator', sent);
    if (asOperator.ok) {
      judgeKey(sent, 'operator');
      return null;
    }

    // A vendor's key is none of an operator's, and reads.
    if ((await ask('api/rounds?limit=1', sent)).ok) {
      judgeKey(sent, 'reader');
      return null;
    }

    judgeKey(sent, 'wrong');
    return ((await asOperator.json()) as { message?: string }).message ?? `the service answered ${asOperator.status}`;
  } catch {
    // It is looked at again when the service is back.
    lose();
    return null;
  }
}

function ask(path: string, sent: string): Promise<Response> {
  return fetch(path, { headers: { Authorization: `Bearer ${sent}` }, cache: 'no-store' });
}
