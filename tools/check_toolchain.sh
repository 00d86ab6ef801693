#!/bin/sh
# Is what the make targets stand on there? Prints "ready PYTHON-VERSION", or one line that says what to install.
#
# Usage: check_toolchain.sh PYTHON [TARGET ...]
# The minimal versions are read from where they are declared: Cargo.toml and pyproject.toml.
set -u

python=$1
shift
root=$(CDPATH='' cd "$(dirname "$0")/.." && pwd) || exit 1

missing() {
    printf '%s\n' "$*"
    exit 0
}

# at_least 1.88 1.95.0: is the second version the first or newer?
at_least() {
    wanted_major=${1%%.*}
    wanted_rest=${1#*.}
    found_major=${2%%.*}
    found_rest=${2#*.}
    found_minor=${found_rest%%.*}
    case $found_major$found_minor in '' | *[!0-9]*) return 1 ;; esac
    [ "$found_major" -gt "$wanted_major" ] ||
        { [ "$found_major" -eq "$wanted_major" ] && [ "$found_minor" -ge "${wanted_rest%%.*}" ]; }
}

needs_rust=no
for target in "$@"; do
    case $target in docs) ;; *) needs_rust=yes ;; esac
done

# --- Python ---------------------------------------------------------------------------------------------------------
wanted=$(sed -n 's/^requires-python = ">=\([0-9.]*\)"$/\1/p' "$root/pyproject.toml")
other="or name one that is there: make PYTHON=python3.12"
version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) ||
    missing "Python $wanted or newer is needed and '$python' does not run: install it (Debian: apt-get install python3 python3-venv), $other"
at_least "$wanted" "$version" ||
    missing "Python $wanted or newer is needed and '$python' is $version: install it (Debian: apt-get install python3 python3-venv), $other"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    missing "'$python' ($version) has no venv module: install it (Debian: apt-get install python3-venv), $other"

# --- Rust -----------------------------------------------------------------------------------------------------------
if [ $needs_rust = yes ]; then
    wanted=$(sed -n 's/^rust-version = "\([0-9.]*\)"$/\1/p' "$root/Cargo.toml")
    how="install Rust from https://rustup.rs, or run: rustup update stable"
    found=$(cargo --version 2>/dev/null) || missing "Rust $wanted or newer is needed and 'cargo' does not run: $how"
    found=${found#cargo }
    found=${found%% *}
    at_least "$wanted" "$found" || missing "Rust $wanted or newer is needed and 'cargo' is $found: $how"
    command -v cc >/dev/null 2>&1 || missing "Rust needs a C linker and there is no 'cc': install one (Debian: apt-get install gcc libc6-dev)"
fi

for target in "$@"; do
    case $target in
    lint | format)
        cargo fmt --version >/dev/null 2>&1 || missing "rustfmt is needed: rustup component add rustfmt"
        cargo clippy --version >/dev/null 2>&1 || missing "clippy is needed: rustup component add clippy"
        ;;
    fuzz)
        cargo +nightly --version >/dev/null 2>&1 ||
            missing "Fuzzing needs a nightly Rust: rustup toolchain install nightly --profile minimal"
        c++ --version >/dev/null 2>&1 ||
            missing "Fuzzing builds libFuzzer and there is no 'c++': install one (Debian: apt-get install g++)"
        ;;
    wheel-free-threaded)
        [ "$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("Py_GIL_DISABLED"))')" = 1 ] ||
            missing "'$python' ($version) is no free-threaded Python: name one, as in make wheel-free-threaded PYTHON=python3.14t"
        ;;
    esac
done

printf 'ready %s\n' "$version"
