package dev.jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jbuild.problem.InvalidInput;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsTest {

  @TempDir Path temp;

  @BeforeEach
  void files() throws IOException {
    Files.createDirectory(temp.resolve("etc"));
    Files.writeString(
        temp.resolve("etc/passwd"),
        """
        # comment
        garbage:x:abc:0::/wrong:/bin/sh
        root:x:0:0:root:/root:/bin/sh
        app:x:1000:1001:App:/home/app:/bin/sh
        1234:x:77:78::/named:/bin/sh
        evil:x:4294967296:0::/:/bin/sh
        minus:x:4294967295:0::/:/bin/sh
        """);
    Files.writeString(
        temp.resolve("etc/group"),
        """
        root:x:0:
        app:x:1001:
        extra:x:2000:app,root
        4321:x:2001:1234
        big:x:4294967296:
        """);
  }

  private Accounts accounts() throws IOException {
    try (LayerStack stack = LayerStack.open(List.of(temp))) {
      return Accounts.read(stack);
    }
  }

  @Test
  void users() throws IOException {
    Accounts a = accounts();
    assertEquals(
        new Accounts.Account(1000, 1001, List.of(1001L, 2000L), "/home/app"), a.user("app"));
    assertEquals(a.user("app"), a.user("1000"));
    assertEquals(new Accounts.Account(1000, 0, List.of(0L), "/home/app"), a.user("app:root"));
    assertEquals(new Accounts.Account(5, 0, List.of(0L), "/"), a.user("5"));
    assertEquals(a.user("app"), a.user("app:"));
    assertEquals(new Accounts.Account(0, 2000, List.of(2000L), "/root"), a.user(":extra"));
    assertEquals(a.user("0"), a.user(":"));
    assertEquals("/root", a.user("0").home());
    assertThrows(InvalidInput.class, () -> a.user("nobody"));
    assertThrows(InvalidInput.class, () -> a.user("app:nobody"));
  }

  @Test
  void aNumberIsNoName() throws IOException {
    Accounts a = accounts();
    assertEquals(new Accounts.Account(1234, 0, List.of(0L), "/"), a.user("1234"));
    assertEquals(new Accounts.Account(77, 78, List.of(78L, 2001L), "/named"), a.user("77"));
    assertEquals(new Accounts.Account(1000, 4321, List.of(4321L), "/home/app"), a.user("app:4321"));
    assertEquals(new Copier.Owner(1234, 4321), a.owner("1234:4321"));
    assertEquals(new Copier.Owner(1234, 1234), a.owner("1234"));
  }

  @Test
  void owners() throws IOException {
    Accounts a = accounts();
    assertEquals(new Copier.Owner(1000, 1001), a.owner("app"));
    assertEquals(new Copier.Owner(1000, 2000), a.owner("app:extra"));
    assertEquals(new Copier.Owner(55, 55), a.owner("55"));
    assertEquals(new Copier.Owner(55, 66), a.owner("55:66"));
    assertEquals(new Copier.Owner(1000, 0), a.owner("app:"));
    assertEquals(new Copier.Owner(55, 0), a.owner("55:"));
    assertEquals(new Copier.Owner(0, 2000), a.owner(":extra"));
    assertEquals(new Copier.Owner(0, 0), a.owner(":"));
    Files.delete(temp.resolve("etc/passwd"));
    Files.delete(temp.resolve("etc/group"));
    Accounts none = accounts();
    assertEquals(new Copier.Owner(0, 0), none.owner("root"));
    assertEquals(new Copier.Owner(7, 0), none.owner("7:root"));
    assertThrows(InvalidInput.class, () -> none.owner("app"));
    assertThrows(InvalidInput.class, () -> none.owner("7:app"));
  }

  @Test
  void idsThatTheKernelWouldTakeForOthers() throws IOException {
    Accounts a = accounts();
    for (String user : new String[] {"evil", "minus", "4294967295", "4294967296", "9999999999"}) {
      assertThrows(InvalidInput.class, () -> a.user(user), user);
      assertThrows(InvalidInput.class, () -> a.owner(user), user);
    }
    assertThrows(InvalidInput.class, () -> a.owner("app:big"));
    assertThrows(InvalidInput.class, () -> a.owner("99999999999999999999"));
  }

  @Test
  void filesThatAreNoneOrEndless() throws IOException {
    Files.delete(temp.resolve("etc/group"));
    Files.createDirectory(temp.resolve("etc/group"));
    assertEquals(1000, accounts().user("app").uid());
    Files.delete(temp.resolve("etc/passwd"));
    Files.createSymbolicLink(temp.resolve("etc/passwd"), Path.of("passwd"));
    assertThrows(IOException.class, this::accounts);
    Files.delete(temp.resolve("etc/passwd"));
    Files.createSymbolicLink(temp.resolve("etc/passwd"), Path.of("/dev/zero"));
    assertEquals(0, accounts().user("0").uid());
    Files.delete(temp.resolve("etc/passwd"));
    try (RandomAccessFile big = new RandomAccessFile(temp.resolve("etc/passwd").toString(), "rw")) {
      big.setLength(1L << 32);
    }
    assertThrows(InvalidInput.class, this::accounts);
  }
}
