package dev.jbuild.cache.explain;

import dev.jbuild.cache.BuildRecord;
import dev.jbuild.cache.BuildRecords;
import dev.jbuild.cache.CacheEntry;
import dev.jbuild.cache.LocalCache;
import dev.jbuild.cache.StepKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds out why steps had to run, from the records of builds. Safe for several threads.
public final class Explainer {

  private static final int BUILDS = 50;
  private static final int STEPS = 2000;

  /// Steps of another place and text that differ in more inputs are not said to be an earlier form.
  private static final int MOST_OF_STRANGERS = 3;

  private final BuildRecords records;
  private final LocalCache cache;
  private final FileLists lists;

  public Explainer(BuildRecords records, LocalCache cache, FileLists lists) {
    this.records = records;
    this.cache = cache;
    this.lists = lists;
  }

  /// A step that a later one is compared with.
  private record Earlier(String context, String title, StepKey key) {}

  /// Steps to compare with, newest first.
  public static final class History {
    private final List<Earlier> steps;

    private History(List<Earlier> steps) {
      this.steps = List.copyOf(steps);
    }
  }

  /// The steps of the builds before `id`, or before now.
  public History before(Optional<String> id) throws IOException {
    List<Earlier> steps = new ArrayList<>();
    int builds = 0;
    for (String each : records.ids()) {
      if (id.isPresent() && each.compareTo(id.get()) >= 0) {
        continue;
      }
      if (++builds > BUILDS || steps.size() > STEPS) {
        break;
      }
      Optional<BuildRecord> record = records.find(each);
      if (record.isPresent()) {
        steps.addAll(steps(record.get()));
      }
    }
    return new History(steps);
  }

  /// The steps of one build.
  public History of(BuildRecord record) throws IOException {
    return new History(steps(record));
  }

  private List<Earlier> steps(BuildRecord record) throws IOException {
    List<Earlier> steps = new ArrayList<>();
    for (BuildRecord.Step step : record.steps()) {
      if (step.key().isEmpty()) {
        continue;
      }
      StepKey key = step.key().get();
      Optional<StepKey> whole =
          key.inputs().isEmpty() ? cache.read(key.digest()).map(CacheEntry::key) : Optional.of(key);
      whole.ifPresent(k -> steps.add(new Earlier(record.context(), step.title(), k)));
    }
    return steps;
  }

  /// Why `step` had to run; empty when it had not.
  ///
  /// @param context of the build that the step belongs to
  public List<Reason> reasons(String context, BuildRecord.Step step, History history) {
    if (step.miss().isEmpty()) {
      return List.of();
    }
    return switch (step.miss().get()) {
      case FORCED -> List.of(Reason.of("forced", "--no-cache asked for it"));
      case GONE ->
          List.of(
              Reason.of("gone", "its result is known, but its layers were pruned or are damaged"));
      case UNKEYED ->
          List.of(
              Reason.of("unkeyed", "it stands on this machine's own files, which are never known"));
      case INPUT ->
          List.of(
              Reason.of("input", "something it is made of was made anew and came out different"));
      case UNKNOWN ->
          step.key().map(key -> nearest(context, step.title(), key, history)).orElse(List.of());
    };
  }

  private List<Reason> nearest(String context, String title, StepKey key, History history) {
    Optional<KeyDifference> best = Optional.empty();
    Kinship closest = Kinship.STRANGER;
    int least = MOST_OF_STRANGERS + 1;
    for (Earlier earlier : history.steps) {
      boolean related = earlier.context().equals(context) || earlier.title().equals(title);
      if (!related || !kind(earlier.key()).equals(kind(key))) {
        continue;
      }
      if (earlier.key().digest().equals(key.digest())) {
        return List.of(
            Reason.of(
                "gone",
                "an earlier build had it, but did not finish it, or its result was removed"));
      }
      Kinship kinship = Kinship.of(earlier.title(), title);
      int order = kinship.compareTo(closest);
      if (order > 0) {
        continue;
      }
      KeyDifference difference = new KeyDifference(earlier.key(), key, lists);
      int distance = difference.distance();
      if (order < 0 || distance < least) {
        closest = kinship;
        least = distance;
        best = Optional.of(difference);
      }
    }
    return best.map(KeyDifference::reasons)
        .orElse(List.of(Reason.of("new", "no earlier build had a step like it")));
  }

  /// How likely a step is the one that was meant, likeliest first. It comes before the number of
  /// differences: when much has changed at once, another step of the same kind may differ in less.
  private enum Kinship {
    SAME,
    MOVED,
    EDITED,
    STRANGER;

    static Kinship of(String one, String other) {
      boolean samePlace = place(one).equals(place(other));
      if (text(one).equals(text(other))) {
        return samePlace ? SAME : MOVED;
      }
      return samePlace && word(one).equals(word(other)) ? EDITED : STRANGER;
    }
  }

  private static String place(String title) {
    return title.substring(0, Math.max(0, title.indexOf('/')));
  }

  private static String text(String title) {
    return title.substring(title.indexOf(']') + 1);
  }

  private static String word(String title) {
    String text = text(title).strip();
    return text.substring(0, (text + " ").indexOf(' '));
  }

  private static String kind(StepKey key) {
    return key.inputs().stream()
        .filter(i -> i.name().equals("kind"))
        .map(StepKey.Input::value)
        .findFirst()
        .orElse("");
  }
}
