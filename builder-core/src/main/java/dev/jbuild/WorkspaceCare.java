package dev.jbuild;

import dev.jbuild.content.DamageLog;
import dev.jbuild.content.Leases;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.StateLocks;
import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.FileDigestMemo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The care that this machine's state needs: leases, locks, and what is remembered of whole files.
final class WorkspaceCare implements StateCare {

  private final Leases leases;
  private final StateLocks locks;
  private final FileDigestMemo memo;
  private final Budget budget;
  private final DamageLog damage = new DamageLog();
  private final Set<String> read = ConcurrentHashMap.newKeySet();

  WorkspaceCare(StateDirectory state, Leases leases, FileDigestMemo memo, Budget budget)
      throws IOException {
    this.leases = leases;
    this.locks = new StateLocks(state);
    this.memo = memo;
    this.budget = budget;
  }

  @Override
  public void use(String entry) throws IOException {
    leases.hold(entry);
  }

  @Override
  public boolean isKnown(Path file, Digest digest) throws IOException {
    return read.contains(digest.hex()) || memo.holds(file, digest);
  }

  @Override
  public void known(Path file, Digest digest) throws IOException {
    read.add(digest.hex());
    memo.remember(file, digest);
  }

  @Override
  public void beforeWriting() throws IOException {
    budget.makeRoom();
  }

  @Override
  public Held lock(String name, Runnable waiting) throws IOException, InterruptedException {
    return locks.lock(name, waiting);
  }

  @Override
  public DamageLog damage() {
    return damage;
  }
}
