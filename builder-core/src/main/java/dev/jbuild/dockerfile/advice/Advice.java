package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.rule.CheckRule;
import dev.jbuild.dockerfile.rule.RuleSet;
import dev.jbuild.problem.Severity;

/// Our own rules.
public enum Advice implements CheckRule {
  UNTAGGED_BASE("UntaggedBase", "A base image without a tag is another one whenever latest moves"),
  LATEST_TAG("LatestTag", "The tag latest is another image from day to day"),
  UNPINNED_BASE("UnpinnedBase", "A tag can be moved to another image; a digest cannot", true),
  UNUSED_STAGE("UnusedStage", "No other stage uses this one, and it is not the last"),
  UNKNOWN_COPY_SOURCE(
      "UnknownCopySource", "The name after --from is no stage and will be pulled as an image"),
  APT_UPDATE_ALONE(
      "AptUpdateAlone", "Package lists fetched in a step of their own grow stale in the cache"),
  APT_INSTALL_WITHOUT_UPDATE(
      "AptInstallWithoutUpdate", "Packages are installed by lists that an earlier step fetched"),
  APT_NOT_CONFIRMED("AptNotConfirmed", "apt-get asks for a confirmation that nobody gives"),
  APT_RECOMMENDS("AptRecommends", "apt-get installs recommended packages that nothing asked for"),
  APT_LISTS_KEPT("AptListsKept", "The package lists stay in the layer"),
  APT_FOR_PEOPLE("AptForPeople", "The command line of apt is for people and may change"),
  APT_UNPINNED("AptUnpinned", "A package without a version changes with the archive", true),
  APT_KEY("AptKey", "apt-key trusts a key for every archive, and is gone from new releases"),
  APK_CACHE_KEPT("ApkCacheKept", "The index of packages stays in the layer"),
  APK_UNPINNED("ApkUnpinned", "A package without a version changes with the repository", true),
  DNF_CACHE_KEPT("DnfCacheKept", "Downloaded packages and metadata stay in the layer"),
  DNF_NOT_CONFIRMED("DnfNotConfirmed", "The package manager asks for a confirmation nobody gives"),
  PIP_UNPINNED("PipUnpinned", "A package without a version is the newest one of the day"),
  PIP_CACHE_KEPT("PipCacheKept", "What pip downloaded stays in the layer"),
  NPM_UNPINNED("NpmUnpinned", "A package without a version is the newest one of the day"),
  GEM_UNPINNED("GemUnpinned", "A gem without a version is the newest one of the day"),
  ADD_INSTEAD_OF_COPY("AddInsteadOfCopy", "ADD does more than copy: it unpacks and downloads"),
  ADD_WITHOUT_CHECKSUM("AddWithoutChecksum", "Whatever the server sends becomes part of the image"),
  COPY_ALL_BEFORE_INSTALL(
      "CopyAllBeforeInstall", "Any change of any file installs all dependencies again"),
  SUDO_USED("SudoUsed", "A step needs no sudo: USER says who runs it"),
  ROOT_USER("RootUser", "The image's processes run as root"),
  SECRET_IN_RUN("SecretInRun", "A secret in a command stays readable in the image's history"),
  SECRET_VALUE("SecretValue", "A value that looks like a key or a token is in the Dockerfile"),
  CD_INSTEAD_OF_WORKDIR("CdInsteadOfWorkdir", "A change of directory ends with its step"),
  PIPE_WITHOUT_PIPEFAIL(
      "PipeWithoutPipefail", "The step succeeds even if the first command of the pipe fails"),
  REMOTE_SCRIPT("RemoteScript", "A script from the network is run without a look at it"),
  CERTIFICATES_NOT_CHECKED(
      "CertificatesNotChecked", "A download accepts whatever the network hands it"),
  WORLD_WRITABLE("WorldWritable", "Every process in the container may change these files"),
  CURL_AND_WGET("CurlAndWget", "One stage uses two tools for the same thing"),
  MEANINGLESS_IN_CONTAINER(
      "MeaninglessInContainer", "The command is for a machine that boots, not for a container"),
  SHELL_ENTRYPOINT("ShellEntrypoint", "An ENTRYPOINT in shell form ignores CMD and signals"),
  PORT_OUT_OF_RANGE("PortOutOfRange", "There is no such port", Severity.ERROR),
  DUPLICATE_ENV("DuplicateEnv", "A variable is set again before anything used it"),
  MISSING_HEALTHCHECK("MissingHealthcheck", "Nothing tells whether the service works", true);

  private final String code;
  private final String description;
  private final Severity severity;
  private final boolean onDemand;

  Advice(String code, String description) {
    this(code, description, Severity.WARNING, false);
  }

  Advice(String code, String description, boolean onDemand) {
    this(code, description, Severity.WARNING, onDemand);
  }

  Advice(String code, String description, Severity severity) {
    this(code, description, severity, false);
  }

  Advice(String code, String description, Severity severity, boolean onDemand) {
    this.code = code;
    this.description = description;
    this.severity = severity;
    this.onDemand = onDemand;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public RuleSet set() {
    return RuleSet.ADVICE;
  }

  @Override
  public Severity severity() {
    return severity;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public boolean experimental() {
    return onDemand;
  }
}
