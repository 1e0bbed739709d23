package dev.jbuild.dockerfile;

/// An instruction is malformed. Internal: the reader adds the place and makes it a problem.
final class SyntaxError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;

  SyntaxError(String code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  String code() {
    return code;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
