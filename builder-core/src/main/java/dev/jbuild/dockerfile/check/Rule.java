package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.rule.CheckRule;
import dev.jbuild.dockerfile.rule.RuleSet;
import dev.jbuild.problem.Severity;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The rules of `docker build --check`.
enum Rule implements CheckRule {
  STAGE_NAME_CASING("StageNameCasing", "Stage names should be lowercase"),
  FROM_AS_CASING("FromAsCasing", "The AS keyword should match the case of FROM"),
  NO_EMPTY_CONTINUATION(
      "NoEmptyContinuation", "Empty lines inside a continued instruction will become errors"),
  CONSISTENT_INSTRUCTION_CASING(
      "ConsistentInstructionCasing", "All keywords of a file should have the same case"),
  DUPLICATE_STAGE_NAME("DuplicateStageName", "Stage names should be unique"),
  RESERVED_STAGE_NAME("ReservedStageName", "The names scratch and context mean something else"),
  JSON_ARGS_RECOMMENDED(
      "JSONArgsRecommended", "The JSON form passes signals to the program itself"),
  MAINTAINER_DEPRECATED("MaintainerDeprecated", "MAINTAINER is deprecated: a label says the same"),
  UNDEFINED_ARG_IN_FROM(
      "UndefinedArgInFrom", "FROM uses an argument that no ARG before it declares"),
  WORKDIR_RELATIVE_PATH(
      "WorkdirRelativePath", "A relative WORKDIR depends on that of the base image"),
  UNDEFINED_VAR("UndefinedVar", "A variable is used that nothing defines"),
  MULTIPLE_INSTRUCTIONS_DISALLOWED(
      "MultipleInstructionsDisallowed",
      "Of several CMD, ENTRYPOINT or HEALTHCHECK only the last counts"),
  LEGACY_KEY_VALUE_FORMAT(
      "LegacyKeyValueFormat", "Names and values without an equals sign are the old form"),
  INVALID_BASE_IMAGE_PLATFORM(
      "InvalidBaseImagePlatform", "The base image is for another platform than the build"),
  REDUNDANT_TARGET_PLATFORM(
      "RedundantTargetPlatform", "$TARGETPLATFORM is the platform of FROM anyway"),
  SECRETS_USED_IN_ARG_OR_ENV(
      "SecretsUsedInArgOrEnv", "Values of ARG and ENV stay readable in the image"),
  INVALID_DEFAULT_ARG_IN_FROM(
      "InvalidDefaultArgInFrom", "The default of an argument makes no valid image name"),
  FROM_PLATFORM_FLAG_CONST_DISALLOWED(
      "FromPlatformFlagConstDisallowed", "A fixed --platform builds for one platform only"),
  COPY_IGNORED_FILE("CopyIgnoredFile", "A source is left out of the context by the ignore file"),
  INVALID_DEFINITION_DESCRIPTION(
      "InvalidDefinitionDescription", "A comment above ARG or FROM should begin with the name"),
  EXPOSE_PROTO_CASING("ExposeProtoCasing", "Protocols of EXPOSE should be lowercase"),
  EXPOSE_INVALID_FORMAT(
      "ExposeInvalidFormat", "EXPOSE takes no addresses and no ports of the host");

  private static final Map<String, Rule> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Rule::code, r -> r));

  private final String code;
  private final String description;

  Rule(String code, String description) {
    this.code = code;
    this.description = description;
  }

  /// The rule that problems with this code are findings of.
  static Optional<Rule> of(String code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public RuleSet set() {
    return RuleSet.DOCKER;
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public boolean experimental() {
    return this == INVALID_DEFINITION_DESCRIPTION;
  }
}
