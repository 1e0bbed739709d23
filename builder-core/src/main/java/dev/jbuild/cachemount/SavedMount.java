package dev.jbuild.cachemount;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The content of one cache mount as it was saved.
///
/// @param id what the Dockerfile calls it, for people
/// @param index chunks of the index of entries
/// @param content chunks of the contents of the files
/// @param signature who vouches for it
record SavedMount(
    String id,
    Instant saved,
    List<ChunkRef> index,
    List<ChunkRef> content,
    Optional<String> signature) {

  SavedMount {
    index = List.copyOf(index);
    content = List.copyOf(content);
  }

  SavedMount signed(String by) {
    return new SavedMount(id, saved, index, content, Optional.of(by));
  }

  Stream<ChunkRef> chunks() {
    return Stream.concat(index.stream(), content.stream());
  }

  /// Bytes of the files.
  long bytes() {
    return content.stream().mapToLong(ChunkRef::size).sum();
  }

  boolean sameContent(SavedMount other) {
    return index.equals(other.index) && content.equals(other.content);
  }
}
