package dev.jbuild.oci;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a container is started from the image: the `config` object of an image configuration
/// (image-spec `config.md`), with the fields that only Docker defines (`Healthcheck`, `OnBuild`,
/// `Shell`).
///
/// Absent and empty lists differ where Docker tells them apart: `Cmd: []` clears what the base had.
///
/// @param env `NAME=value`, in order, each name once
/// @param exposedPorts `80/tcp`, in the order of the names
/// @param extra members this type does not know, as raw JSON, kept as the base image had them
public record ContainerConfig(
    Optional<String> user,
    List<String> exposedPorts,
    List<String> env,
    Optional<List<String>> entrypoint,
    Optional<List<String>> cmd,
    List<String> volumes,
    Optional<String> workingDir,
    Map<String, String> labels,
    Optional<String> stopSignal,
    Optional<Healthcheck> healthcheck,
    List<String> onBuild,
    Optional<List<String>> shell,
    Map<String, String> extra) {

  public static final ContainerConfig EMPTY =
      new ContainerConfig(
          Optional.empty(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Map.of());

  public ContainerConfig {
    exposedPorts = List.copyOf(exposedPorts);
    env = List.copyOf(env);
    entrypoint = entrypoint.map(List::copyOf);
    cmd = cmd.map(List::copyOf);
    volumes = List.copyOf(volumes);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    onBuild = List.copyOf(onBuild);
    shell = shell.map(List::copyOf);
    extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
  }

  public ContainerConfig withUser(String value) {
    return copy(Optional.of(value), env, entrypoint, cmd, workingDir, labels);
  }

  public ContainerConfig withEnv(List<String> value) {
    return copy(user, value, entrypoint, cmd, workingDir, labels);
  }

  public ContainerConfig withEntrypoint(Optional<List<String>> value) {
    return copy(user, env, value, cmd, workingDir, labels);
  }

  public ContainerConfig withCmd(Optional<List<String>> value) {
    return copy(user, env, entrypoint, value, workingDir, labels);
  }

  public ContainerConfig withWorkingDir(String value) {
    return copy(user, env, entrypoint, cmd, Optional.of(value), labels);
  }

  public ContainerConfig withLabels(Map<String, String> value) {
    return copy(user, env, entrypoint, cmd, workingDir, value);
  }

  private ContainerConfig copy(
      Optional<String> user,
      List<String> env,
      Optional<List<String>> entrypoint,
      Optional<List<String>> cmd,
      Optional<String> workingDir,
      Map<String, String> labels) {
    return new ContainerConfig(
        user,
        exposedPorts,
        env,
        entrypoint,
        cmd,
        volumes,
        workingDir,
        labels,
        stopSignal,
        healthcheck,
        onBuild,
        shell,
        extra);
  }

  public ContainerConfig withExposedPorts(List<String> value) {
    return new ContainerConfig(
        user,
        value,
        env,
        entrypoint,
        cmd,
        volumes,
        workingDir,
        labels,
        stopSignal,
        healthcheck,
        onBuild,
        shell,
        extra);
  }

  public ContainerConfig withVolumes(List<String> value) {
    return new ContainerConfig(
        user,
        exposedPorts,
        env,
        entrypoint,
        cmd,
        value,
        workingDir,
        labels,
        stopSignal,
        healthcheck,
        onBuild,
        shell,
        extra);
  }

  public ContainerConfig withStopSignal(String value) {
    return new ContainerConfig(
        user,
        exposedPorts,
        env,
        entrypoint,
        cmd,
        volumes,
        workingDir,
        labels,
        Optional.of(value),
        healthcheck,
        onBuild,
        shell,
        extra);
  }

  public ContainerConfig withHealthcheck(Healthcheck value) {
    return new ContainerConfig(
        user,
        exposedPorts,
        env,
        entrypoint,
        cmd,
        volumes,
        workingDir,
        labels,
        stopSignal,
        Optional.of(value),
        onBuild,
        shell,
        extra);
  }

  public ContainerConfig withOnBuild(List<String> value) {
    return new ContainerConfig(
        user,
        exposedPorts,
        env,
        entrypoint,
        cmd,
        volumes,
        workingDir,
        labels,
        stopSignal,
        healthcheck,
        value,
        shell,
        extra);
  }

  public ContainerConfig withShell(List<String> value) {
    return new ContainerConfig(
        user,
        exposedPorts,
        env,
        entrypoint,
        cmd,
        volumes,
        workingDir,
        labels,
        stopSignal,
        healthcheck,
        onBuild,
        Optional.of(value),
        extra);
  }
}
