package dev.jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Command lines of `build` that cannot be meant: what is said, and with which exit code.
class BuildMistakesTest {

  @TempDir Path context;
  private final Run run = new Run();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--platfrom=x | unknown option --platfrom (did you mean --platform?) [UnknownOption]",
        "--platform=linux/../x | --platform: 'linux/../x' is not a platform",
        "--output=type=ocii,dest=x | --output: unknown type 'ocii' (did you mean oci?)",
        "--output=type=oci | --output: type=oci needs 'dest=...'",
        "--output=type=oci,dest=x,tarr=false | unknown attribute 'tarr'",
        "--output=type=oci,type=tar | 'type' is given twice",
        "--output=type=oci,dest=x,compression=zstd | compression=zstd is not supported yet",
        "--output=type=docker | type=docker without dest is not supported yet",
        "--push | --push: there is no name to push to",
        "--load | --load is not supported yet",
        "--tag=UPPER/Case | --tag: invalid reference format",
        "--tag=x@sha256:1 | is not a sha256 digest",
        "--build-arg==v | --build-arg: '=v' is not of the form NAME=VALUE",
        "--build-context=x | --build-context: 'x' is not of the form NAME=SOURCE",
        "--build-context=x=s3://b | --build-context: unknown kind of context 's3://b'",
        "--secret=src=x | --secret: 'id=...' is missing",
        "--secret=id=x,scr=y | unknown attribute 'scr' (did you mean src?)",
        "--ulimit=nofiles=1 | --ulimit: unknown limit 'nofiles' (did you mean nofile?)",
        "--ulimit=nofile=9:1 | the soft limit is above the hard one",
        "--shm-size=lots | --shm-size: 'lots' is not a size",
        "--add-host=x | --add-host: 'x' is not of the form HOST:IP",
        "--add-host=x:1.2.3 | --add-host: '1.2.3' is not an IP address",
        "--allow=network.hots | unknown entitlement 'network.hots' (did you mean network.host?)",
        "--network=bridge | --network: unknown network 'bridge'",
        "--progress=plian | --progress: unknown mode 'plian' (did you mean plain?)",
        "--registry-mirror=x | --registry-mirror: 'x' is not of the form HOST=URL",
        "--registry-mirror=x=ftp://y | is not an http or https URL",
        "--registry-mirror=x=http://u:p@y | without credentials",
        "--insecure-registry=http://x | --insecure-registry: 'http://x' is not a host",
        "--cache-to=type=azblob | --cache-to: unknown type 'azblob'",
        "--cache-from=type=local | --cache-from: type=local needs 'src=...'",
        "--cache-mounts-to=type=registry | --cache-mounts-to: type=registry needs 'ref=...'",
        "--cache-mounts-to=type=dir,dest=d,scope= | scope= is empty or too long",
        "--cache-mounts-to=type=dir,dest=d,default-scope=main | a build writes its own scope only",
        "--cache-mounts-to=type=dir,dest=d,max-size=lots | max-size 'lots' is not a size",
        "--cache-mounts-from=type=dir,src=d,max-size=1g | unknown attribute 'max-size'",
        "--cache-mounts-from=type=inline | unknown type 'inline'",
        "--cache-mounts-from=type=dir,src=d,max-age=old | 'old' is not a duration",
        "--timestamps=now | --timestamps: 'now' is not inputs, keep or seconds since 1970",
        "--provenance=true | --provenance is not supported yet",
        "--memory-swap=1g | a limit of memory or processors is not supported yet",
        "--annotation=a=b | --annotation is not supported yet",
        "--squash | --squash is not supported yet",
        "--call=chekc | --call: unknown method 'chekc'",
      })
  void theCommandLineIsChecked(String option, String message) {
    assertEquals(2, run.run("build", option, context.toString()));
    assertTrue(run.err().contains(message), run.err());
    assertFalse(run.opened);
    assertEquals("", run.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "build | the build context is missing",
        "build a b | unexpected argument 'b'",
        "biuld . | unknown command 'biuld' (did you mean build?)",
        "build -f - - | cannot both come from standard input",
        "build --target | missing required parameter for option '--target'",
        "build docker-image://x | cannot be the build context",
      })
  void otherMistakes(String line, String message) {
    assertEquals(2, run.run(line.split(" ")));
    assertTrue(run.err().toLowerCase().contains(message.toLowerCase()), run.err());
  }

  @Test
  void missingFilesAreInputErrors() {
    assertEquals(1, run.run("build", context.resolve("gone").toString()));
    assertTrue(run.err().contains("does not exist [NoContext]"), run.err());
    assertEquals(1, run.run("build", "--secret", "id=gone,src=gone", context.toString()));
    assertTrue(run.err().contains("secret 'gone': gone does not exist"), run.err());
  }
}
