package dev.example;

/** Greets who is named on the command line. */
public final class Greeter {

  private Greeter() {}

  public static void main(String[] names) {
    System.out.println("Hello, " + String.join(" and ", names) + ", from a module of its own.");
  }
}
