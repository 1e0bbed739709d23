package dev.jbuild.fetch;

import dev.jbuild.content.StateCare;
import dev.jbuild.content.TempSpace;
import java.nio.file.Path;

/// Where files from elsewhere are put.
///
/// @param downloads keeps files between builds
/// @param clones keeps the objects of git repositories between builds
/// @param temp for what this build alone needs
/// @param care told what of `downloads` and `clones` this process uses
public record FetchStore(Path downloads, Path clones, TempSpace temp, StateCare care) {

  /// One that nobody else uses.
  public static FetchStore alone(Path directory, TempSpace temp) {
    return new FetchStore(
        directory.resolve("downloads"), directory.resolve("git"), temp, StateCare.alone());
  }
}
