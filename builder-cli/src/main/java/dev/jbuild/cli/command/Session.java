package dev.jbuild.cli.command;

import dev.jbuild.cli.progress.RecentEvents;
import java.util.function.Supplier;

/// One run of the command line, as its commands see it.
///
/// @param engine opens the builder; only commands that need it do
/// @param recent what a bug report will hold
public record Session(
    Console console, Supplier<Engine> engine, Cancellation cancellation, RecentEvents recent) {}
