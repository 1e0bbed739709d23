package dev.jbuild.dockerfile;

/// A here-document: the lines between `<<NAME` and `NAME`.
///
/// @param fileDescriptor the number before `<<`, 0 if none
/// @param body content as the builder uses it: tabs already stripped for `<<-`, every line ended by
///   a newline
/// @param expand whether the builder expands variables in it (COPY and ADD, name not quoted)
/// @param stripTabs whether it was written `<<-`
public record Heredoc(
    String name, int fileDescriptor, String body, boolean expand, boolean stripTabs) {}
