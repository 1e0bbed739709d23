package dev.jbuild.cli.option;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Options and arguments of a command, each a field of the subclass, in the order of the help. They
/// have their values once the command line is parsed.
///
/// The parser's annotations would say the same: reading them takes longer than many a command.
public abstract class OptionGroup {

  private final List<ArgSpec> declared = new ArrayList<>();
  private int arguments;

  /// An option without a value.
  public static final class Flag {
    private final ArgSpec spec;

    private Flag(ArgSpec spec) {
      this.spec = spec;
    }

    public boolean isGiven() {
      return Boolean.TRUE.equals(spec.getValue());
    }
  }

  /// An option or argument that has one value at most.
  public static final class Value {
    private final ArgSpec spec;

    private Value(ArgSpec spec) {
      this.spec = spec;
    }

    public @Nullable String orNull() {
      return spec.getValue();
    }

    public String or(String otherwise) {
      String given = orNull();
      return given == null ? otherwise : given;
    }

    public Optional<String> optional() {
      return Optional.ofNullable(orNull());
    }

    /// The value of an argument that must be there.
    public String get() {
      return optional().orElseThrow();
    }
  }

  /// An option that may be repeated, or all further arguments.
  public static final class Values {
    private final ArgSpec spec;

    private Values(ArgSpec spec) {
      this.spec = spec;
    }

    /// The values in the order of the command line; none where none was given.
    public List<String> list() {
      List<String> given = spec.getValue();
      return given == null ? List.of() : given;
    }
  }

  /// @param names as the help shows them: `-q, --quiet`
  protected final Flag flag(String names, String description) {
    return flag(option(names).description(description));
  }

  /// @param names as the help shows them: `-f, --file`
  /// @param label what the help calls the value
  protected final Value value(String names, String label, String description) {
    return value(option(names).paramLabel(label).description(description));
  }

  /// @param names as the help shows them: `-t, --tag`
  /// @param label what the help calls one value
  protected final Values values(String names, String label, String description) {
    return values(option(names).paramLabel(label).description(description));
  }

  /// The begin of an option that has something unusual.
  protected static OptionSpec.Builder option(String names) {
    return OptionSpec.builder(names.split(", ", -1));
  }

  protected final Flag flag(OptionSpec.Builder option) {
    return new Flag(declare(option.type(boolean.class).build()));
  }

  protected final Value value(OptionSpec.Builder option) {
    return new Value(declare(option.type(String.class).build()));
  }

  protected final Values values(OptionSpec.Builder option) {
    return new Values(declare(option.type(List.class).auxiliaryTypes(String.class).build()));
  }

  /// The next argument, which must be there.
  protected final Value argument(String label, String description) {
    return argument(labelled(label, description).arity("1").required(true));
  }

  /// The next argument, which may be left out.
  protected final Value optionalArgument(String label, String description) {
    return argument(labelled(label, description).arity("0..1"));
  }

  private Value argument(PositionalParamSpec.Builder argument) {
    argument.index(String.valueOf(arguments++));
    return new Value(declare(argument.type(String.class).build()));
  }

  /// All arguments that follow.
  protected final Values furtherArguments(String label, String description) {
    PositionalParamSpec.Builder rest =
        labelled(label, description).index(arguments + "..*").arity("0..1");
    return new Values(declare(rest.type(List.class).auxiliaryTypes(String.class).build()));
  }

  private static PositionalParamSpec.Builder labelled(String label, String description) {
    return PositionalParamSpec.builder().paramLabel(label).description(description);
  }

  /// All of `group`, at this place.
  protected final <G extends OptionGroup> G include(G group) {
    OptionGroup included = group;
    declared.addAll(included.declared);
    arguments += included.arguments;
    return group;
  }

  private ArgSpec declare(ArgSpec spec) {
    declared.add(spec);
    return spec;
  }

  /// Adds everything to the command `spec`.
  protected final void declareTo(CommandSpec spec) {
    declared.forEach(spec::add);
  }
}
