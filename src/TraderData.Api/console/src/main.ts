import { startShell } from './shell';
import { takeKeyFromAddress } from './service/key';

takeKeyFromAddress();
startShell(document.body);
