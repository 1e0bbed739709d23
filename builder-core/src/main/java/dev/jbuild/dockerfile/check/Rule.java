package dev.jbuild.dockerfile.check;

/// The rules, by the names that `check=skip=` takes.
enum Rule {
  STAGE_NAME_CASING("StageNameCasing"),
  FROM_AS_CASING("FromAsCasing"),
  NO_EMPTY_CONTINUATION("NoEmptyContinuation"),
  CONSISTENT_INSTRUCTION_CASING("ConsistentInstructionCasing"),
  DUPLICATE_STAGE_NAME("DuplicateStageName"),
  RESERVED_STAGE_NAME("ReservedStageName"),
  JSON_ARGS_RECOMMENDED("JSONArgsRecommended"),
  MAINTAINER_DEPRECATED("MaintainerDeprecated"),
  UNDEFINED_ARG_IN_FROM("UndefinedArgInFrom"),
  WORKDIR_RELATIVE_PATH("WorkdirRelativePath"),
  UNDEFINED_VAR("UndefinedVar"),
  MULTIPLE_INSTRUCTIONS_DISALLOWED("MultipleInstructionsDisallowed"),
  LEGACY_KEY_VALUE_FORMAT("LegacyKeyValueFormat"),
  REDUNDANT_TARGET_PLATFORM("RedundantTargetPlatform"),
  SECRETS_USED_IN_ARG_OR_ENV("SecretsUsedInArgOrEnv"),
  INVALID_DEFAULT_ARG_IN_FROM("InvalidDefaultArgInFrom"),
  FROM_PLATFORM_FLAG_CONST_DISALLOWED("FromPlatformFlagConstDisallowed"),
  COPY_IGNORED_FILE("CopyIgnoredFile"),
  INVALID_DEFINITION_DESCRIPTION("InvalidDefinitionDescription"),
  EXPOSE_PROTO_CASING("ExposeProtoCasing"),
  EXPOSE_INVALID_FORMAT("ExposeInvalidFormat");

  private final String code;

  Rule(String code) {
    this.code = code;
  }

  String code() {
    return code;
  }

  /// Whether it only runs when asked for.
  boolean experimental() {
    return this == INVALID_DEFINITION_DESCRIPTION;
  }
}
