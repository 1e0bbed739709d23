import { layers } from './layers.js';

const list = document.createElement('ul');
for (const { label } of layers) {
  const item = document.createElement('li');
  item.textContent = label;
  list.append(item);
}
document.querySelector('#layers')?.append(list);
