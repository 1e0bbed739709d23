package dev.jbuild.cli;

/// Entry point of the command line.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String[] args) {
    return args.length;
  }
}
