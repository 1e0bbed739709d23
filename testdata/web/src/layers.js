/** A layer as the page shows it. */
export class Layer {
  #size;

  constructor(name, size = 0) {
    this.name = name;
    this.#size = size;
  }

  get label() {
    return `${this.name}: ${this.#size ?? 0} bytes`;
  }
}

export const layers = [new Layer('base', 4096), new Layer('compiled by jbuild')];
