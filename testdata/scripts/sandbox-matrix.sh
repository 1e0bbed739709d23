# Sourced by verify --sandbox-matrix: what works in which environment, as the table of docs/sandbox.md. Each cell is run.
# Needs what verify needs, the shared cases (JBUILD_CASES) and the script that imitates a default container
# (JBUILD_CONTAINER), which is not part of this repository.
container=${JBUILD_CONTAINER:-$root/../shared/bench/unprivileged-container.sh}
cases=${JBUILD_CASES:-$root/../shared/cases}
columns=${matrix_columns:-root subuid single container nnp caps-none}
flags="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable --enable-native-access=ALL-UNNAMED -Xmx1g"
jbuild_java=${jbuild_java:-"$JAVA_HOME/bin/java $flags -cp $work/user/builder-cli/target/$(basename "$(ls "$work"/user/builder-cli/target/builder-cli-*.jar | head -n 1)"):$work/user/builder-cli/target/lib/* dev.jbuild.cli.Main"}

# Runs a command of ours where column $1 says.
inside() {
  column=$1
  shift
  case $column in
    root) env JBUILD_HOME="$work/matrix-root" "$@" ;;
    subuid) su "$user" -c "JBUILD_HOME=$work/user/matrix unshare --user --map-root-user --map-auto --mount $(printf '%q ' "$@")" ;;
    single) su "$user" -c "JBUILD_HOME=$work/user/matrix-one unshare --user --map-root-user --mount $(printf '%q ' "$@")" ;;
    container) "$container" --env JBUILD_HOME=/var/tmp/state -- "$@" ;;
    nnp) "$container" --no-new-privs --env JBUILD_HOME=/var/tmp/state -- "$@" ;;
    caps-none) "$container" --caps none --user 1000 --env JBUILD_HOME=/tmp/state -- "$@" ;;
  esac
}

# One row: a Dockerfile on standard input, on the base image $2.
row() {
  mkdir -p "$work/user/rows/$1"
  cat >"$work/user/rows/$1/Dockerfile"
  line="| $1 |"
  for column in $columns; do
    log=$work/matrix-$1-$column.log
    # shellcheck disable=SC2086
    if inside "$column" $jbuild_java build --no-cache --progress plain --build-context "base=oci-layout://$bases/$2" \
        --output type=oci,dest=/tmp/jbuild-matrix-$column.$$,tar=false "$work/user/rows/$1" >"$log" 2>&1; then
      line="$line yes |"
    else
      line="$line no: $(grep -m 1 -E 'error:' "$log" | sed 's/^.*error: //' | cut -c1-70 | tr '|' '/') |"
    fi
  done
  echo "$line"
}

# The shared cases that have RUN.
only_run=$work/user/run-cases
mkdir -p "$only_run/integration"
cp "$cases/run_cases.py" "$cases/make_base.py" "$only_run/"
for file in "$cases"/integration/*/expect.json; do
  jq -e '.needs | index("run")' "$file" >/dev/null && cp -r "$(dirname "$file")" "$only_run/integration/"
done
python3 "$only_run/make_base.py" "$work/user/case-base" "$(command -v busybox)" >/dev/null
chmod -R a+rX "$work/user"

echo "| what | $(echo $columns | sed 's/ / | /g') |"
echo "|---|$(for _ in $columns; do printf -- '---|'; done)"
line="| shared cases with RUN |"
for column in $columns; do
  inside "$column" python3 "$only_run/run_cases.py" --tool jbuild --jbuild "$jbuild_java" --base "$work/user/case-base" \
    --work "$([ "$column" = single ] || [ "$column" = subuid ] && echo "$work/user" || echo /tmp)" >"$work/matrix-cases-$column.log" 2>&1 || true
  line="$line $(tail -n 1 "$work/matrix-cases-$column.log" | cut -d' ' -f1) |"
done
echo "$line"
row packages debian <<'EOF'
FROM base
RUN apt-get update && apt-get install -y --no-install-recommends gcc cmake openssh-client
EOF
row npm node <<'EOF'
FROM base
WORKDIR /app
RUN npm --version && echo '{"name":"x","version":"1.0.0"}' > package.json && npm install
EOF
row users debian <<'EOF'
FROM base
RUN useradd -m app && touch /home/app/x && chown app:app /home/app/x && test "$(stat -c %U /home/app/x)" = app
USER app
RUN touch /home/app/y && test "$(id -un)" = app
EOF
row daemons busybox <<'EOF'
FROM base
RUN (sleep 100000 &) ; echo started
EOF
row proc debian <<'EOF'
FROM base
RUN test -e /proc/self/exe && bash -c 'cat <(echo x)'
EOF
row copy-only busybox <<'EOF'
FROM base
COPY Dockerfile /
EOF
for column in $columns; do
  grep '^FAIL' "$work/matrix-cases-$column.log" | sed "s/^/$column: /" || true
done
