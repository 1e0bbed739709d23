# Of a build's plain log: one line for each step, how it ended and its instruction.
/^#[0-9]+ \[/ { number = $1; sub(/^#[0-9]+ \[[^]]*\] /, ""); instruction[number] = $0; next }
/^#[0-9]+ (DONE|CACHED|FAILED|CANCELED)/ { print $2, instruction[$1] }
