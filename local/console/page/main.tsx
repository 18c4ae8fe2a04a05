import 'uplot/dist/uPlot.min.css';
import './page.css';
import { render } from 'preact';
import { takeKey } from './key.ts';
import { Shell } from './shell.tsx';

takeKey();
// The address may be opened in a tab that is there.
addEventListener('hashchange', takeKey);
const root = document.getElementById('page');
if (root !== null) render(<Shell />, root);
