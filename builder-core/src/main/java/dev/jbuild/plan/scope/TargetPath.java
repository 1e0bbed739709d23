package dev.jbuild.plan.scope;

import java.util.ArrayList;
import java.util.List;

/// Paths inside an image or a source, as text. None of them leads out of its root.
public final class TargetPath {

  private TargetPath() {}

  /// `path` without empty, `.` and `..` parts and without a leading slash; `..` stops at the root.
  public static String clamped(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/")) {
      if (part.equals("..")) {
        if (!parts.isEmpty()) {
          parts.removeLast();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  /// Whether a destination can only mean a directory.
  public static boolean isDirectory(String path) {
    return path.isEmpty()
        || path.endsWith("/")
        || path.equals(".")
        || path.equals("..")
        || path.endsWith("/.")
        || path.endsWith("/..");
  }

  /// `path` seen from `directory`: absolute and clean, with a slash at the end if it can only mean
  /// a directory.
  public static String of(String directory, String path) {
    String absolute = absolute(directory, path);
    return isDirectory(path) && !absolute.endsWith("/") ? absolute + "/" : absolute;
  }

  /// `path` seen from `directory`: absolute and clean.
  public static String absolute(String directory, String path) {
    return "/" + clamped(path.startsWith("/") ? path : directory + "/" + path);
  }
}
