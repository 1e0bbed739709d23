/// Contents of cache mounts outside this machine, kept so that only what changed moves.
///
/// A directory is two streams: an index of its entries (names, modes, owners, times with
/// nanoseconds, attributes) and the contents of its files one after another. They are apart since a
/// tool that touches all its files, as compiler caches do, then changes the index only. Each stream
/// is cut where its content says ([Chunker]), each chunk is compressed and kept under its digest,
/// and a small document for each scope ([MountDocument]) names the chunks of each mount.
///
/// What comes from outside is untrusted: a chunk is believed when its digest and size are right,
/// and an index can name nothing outside the directory that is made of it.
///
/// May depend on: problem, oci, event, content, linux, snapshot, cache.
@NullMarked
package dev.jbuild.cachemount;

import org.jspecify.annotations.NullMarked;
