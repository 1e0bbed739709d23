package dev.jbuild.content;

/// Something that was known and needed turned out damaged and was dropped, or was removed. Whoever
/// began the work begins it again: what is missing is then made anew.
public final class StateLost extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /// @param what for people
  public StateLost(String what) {
    super(what + " is no longer in the state directory");
  }
}
