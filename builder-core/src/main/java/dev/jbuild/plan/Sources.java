package dev.jbuild.plan;

import dev.jbuild.problem.SourceSpan;

/// What a name after `--from=` or in a mount's `from=` means: a stage, a named context or an image.
interface Sources {

  /// The file system behind `name`. Throws `InvalidInput` at `span` when it means nothing.
  Step from(String name, SourceSpan span);

  /// The build context.
  Step context();

  /// A leaf for files from elsewhere.
  Step source(SourceSpec spec);
}
