#!/bin/sh
# State files, recordings and input scripts from outside: what they do, and what is said of bad ones.
#
# usage: time.sh FORKSCOPE GUEST-FOLDER GROUP
set -u
forkscope=$1
guest=$2
group=$3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

fail() {
    echo "FAIL: $*"
    failures=$((failures + 1))
}

same() { # FILE FILE WHAT
    cmp -s "$1" "$2" || fail "$3"
}

run() { # OPTION...: on the guest, with no input from outside; sets $code
    "$forkscope" run -kernel "$guest/kernel.elf" -initrd "$guest/initrd.cpio" "$@" \
        </dev/null >"$dir/out" 2>"$dir/err"
    code=$?
}

expect() { # CODE TEXT WHAT: exit code and a part of the one line on stderr
    [ "$code" = "$1" ] || fail "$3: exit $code, not $1: $(cat "$dir/err")"
    grep -qF -- "$2" "$dir/err" || fail "$3: '$2' is not in: $(cat "$dir/err")"
    [ "$(wc -l <"$dir/err")" -le 2 ] || fail "$3: more than a line or two: $(cat "$dir/err")"
}

# Steps that the run with these options takes.
steps_of() {
    run "$@" --status-json "$dir/steps"
    sed -n 's/.*"instructions": *\([0-9]*\).*/\1/p' "$dir/steps"
}

write_session() {
    cat >"$dir/session" <<'EOF'
# A short session at the shell.
wait "# "
type "echo six times seven is $((6*7))\r"
wait "is 42\r\n"
wait "# "
after 100k
type "forkdemo; poweroff\r"
EOF
}

scripts() {
    write_session
    run --input "$dir/session" --trace "$dir/step.trace" --engine step
    [ "$code" = 0 ] || fail "a scripted session: exit $code: $(cat "$dir/err")"
    grep -q "six times seven is 42" "$dir/out" || fail "the script's command printed nothing"
    run --input "$dir/session" --trace "$dir/block.trace" --engine block
    same "$dir/step.trace" "$dir/block.trace" "a scripted session differs between engines"

    printf 'wait "# "\ntype "poweroff\\r"\nwait "never"\n' >"$dir/unfinished"
    run --input "$dir/unfinished"
    expect 1 "line 3: the guest never sent what is waited for" "an unfinished script"
    printf 'wait "# "\nshout "x"\n' >"$dir/wrong"
    run --input "$dir/wrong"
    expect 3 "line 2: wait, at, after, type, key, hangup or answer" "a wrong script"
    run --input "$dir/nowhere"
    expect 3 "cannot read" "a script that is not there"
}

recordings() {
    write_session
    run --input "$dir/session" --record "$dir/r" --trace "$dir/1.trace" --jitter-seed 3
    cp "$dir/out" "$dir/1.out"
    [ "$code" = 0 ] || fail "recording: exit $code: $(cat "$dir/err")"
    for engine in step block; do
        run --replay "$dir/r" --trace "$dir/2.trace" --engine $engine
        [ "$code" = 0 ] || fail "replay: exit $code: $(cat "$dir/err")"
        same "$dir/1.trace" "$dir/2.trace" "the replay's trace differs, engine $engine"
        same "$dir/1.out" "$dir/out" "the replay's output differs, engine $engine"
    done
    run --replay "$dir/r" --history 16M --trace "$dir/2.trace"
    same "$dir/1.trace" "$dir/2.trace" "the replay's trace differs with a history"

    # A terminal that is hung up is input too.
    cat >"$dir/hangup" <<'EOF'
wait "# "
type "sleep 100\r"
after 2M
hangup
after 2M
answer
wait "# "
type "poweroff\r"
EOF
    run --input "$dir/hangup" --record "$dir/hung" --trace "$dir/1.trace"
    [ "$code" = 0 ] || fail "hanging up: exit $code: $(cat "$dir/err")"
    grep -q "signal *SIGHUP" "$dir/1.trace" || fail "nobody was told that the terminal is gone"
    run --replay "$dir/hung" --trace "$dir/2.trace" --engine step
    same "$dir/1.trace" "$dir/2.trace" "the replay of a hang-up differs"

    # Input through a pipe comes when it comes; what was recorded is what is replayed.
    { printf 'echo a\r'; sleep 1; printf 'poweroff\r'; } |
        "$forkscope" run -kernel "$guest/kernel.elf" -initrd "$guest/initrd.cpio" \
            --record "$dir/pipe" --trace "$dir/1.trace" >"$dir/1.out" 2>"$dir/err" ||
        fail "recording a pipe: $(cat "$dir/err")"
    run --replay "$dir/pipe" --trace "$dir/2.trace" --engine step
    same "$dir/1.trace" "$dir/2.trace" "the replay of a pipe differs"
    same "$dir/1.out" "$dir/out" "the replay of a pipe prints something else"

    # A run that was cut short is replayed up to there.
    steps=$(steps_of --input "$dir/session")
    run --input "$dir/session" --record "$dir/short" --max-insns $((steps - 100000)) --trace "$dir/1.trace"
    [ "$code" = 7 ] || fail "a run with a budget: exit $code"
    run --replay "$dir/short" --trace "$dir/2.trace"
    expect 7 "" "the replay of a run with a budget"
    same "$dir/1.trace" "$dir/2.trace" "the replay of a cut run differs"

    # So is one that was ended while the guest slept.
    sleep 3 | "$forkscope" run -kernel "$guest/kernel.elf" -initrd "$guest/initrd.cpio" \
        --wall-timeout 1 --record "$dir/slept" --trace "$dir/1.trace" >"$dir/1.out" 2>"$dir/err"
    run --replay "$dir/slept" --trace "$dir/2.trace" --engine step
    expect 9 "" "the replay of a run that slept"
    same "$dir/1.trace" "$dir/2.trace" "the replay of a run that slept differs"

    head -c 200 "$dir/r" >"$dir/cut"
    run --replay "$dir/cut"
    expect 3 "cut off or was changed" "a cut recording"
    sed 's/recording 1/recording 9/' "$dir/r" >"$dir/newer"
    run --replay "$dir/newer"
    expect 3 "version 9" "a newer recording"
    run --replay "$guest/initrd.cpio"
    expect 3 "is no recording" "a file that is no recording"
    run --replay "$dir/r" --append quiet
    expect 3 "began in another state" "a recording of another start"
    run --replay "$dir/r" -m 128
    expect 3 "-m does not fit" "a recording of another machine"
    run --replay "$dir/r" --record "$dir/x"
    expect 2 "--replay has all its input" "replay and record"
    run --record "$dir/no/where"
    expect 4 "cannot write '$dir/no/where'" "a recording that cannot be written"
}

states() {
    steps=$(steps_of --append "init=/bin/forkdemo")
    early=$((steps / 2)) late=$((steps - steps / 10))
    run --append "init=/bin/forkdemo" --save-state "$dir/s" --save-at $early --status-json "$dir/1.json"
    [ "$code" = 0 ] || fail "saving: exit $code: $(cat "$dir/err")"
    for engine in step block; do
        run --load-state "$dir/s" --engine $engine --status-json "$dir/2.json"
        [ "$code" = 0 ] || fail "loading: exit $code: $(cat "$dir/err")"
        grep -q "fork returned" "$dir/out" || fail "from the state on nothing is printed"
        same "$dir/1.json" "$dir/2.json" "from the state on it ends otherwise, engine $engine"
    done
    run --load-state "$dir/s" --max-insns $late --save-state "$dir/t"
    run --append "init=/bin/forkdemo" --max-insns $late --save-state "$dir/u"
    same "$dir/t" "$dir/u" "two ways to the same step give other states"
    write_session
    run --max-insns $early --save-state "$dir/v"
    run --load-state "$dir/v" --input "$dir/session" --record "$dir/r" --trace "$dir/1.trace"
    run --load-state "$dir/v" --replay "$dir/r" --trace "$dir/2.trace"
    same "$dir/1.trace" "$dir/2.trace" "the replay from a state differs"

    run --load-state "$dir/s" --max-insns $late --save-state "$dir/p.zst"
    if [ "$code" = 7 ]; then
        run --load-state "$dir/p.zst" --status-json "$dir/2.json"
        same "$dir/1.json" "$dir/2.json" "from the packed state on it ends otherwise"
        [ "$(wc -c <"$dir/p.zst")" -lt $(($(wc -c <"$dir/t") / 2)) ] || fail "packed, it is large"
        if command -v zstd >/dev/null; then
            zstd -dqf "$dir/p.zst" -o "$dir/p"
            same "$dir/p" "$dir/t" "zstd -d gives another state"
        fi
        head -c 100000 "$dir/p.zst" >"$dir/cut"
        run --load-state "$dir/cut"
        expect 3 "is cut off" "a cut packed state"
        head -c 20 "$guest/kernel.elf" | zstd -q >"$dir/foreign" 2>/dev/null &&
            run --load-state "$dir/foreign" && expect 3 "is no machine state" "a packed stranger"
    else
        expect 4 "this build has no zstd" "a packed state without zstd"
    fi

    head -c 100000 "$dir/s" >"$dir/cut"
    run --load-state "$dir/cut"
    expect 3 "is cut off" "a cut state"
    { head -c 8 "$dir/s"; printf '\011'; tail -c +10 "$dir/s"; } >"$dir/newer"
    run --load-state "$dir/newer"
    expect 3 "version 9; this forkscope reads version" "a newer state"
    { head -c 200000 "$dir/s"; printf 'x'; tail -c +200002 "$dir/s"; } >"$dir/damaged"
    run --load-state "$dir/damaged"
    expect 3 "is damaged" "a damaged state"
    run --load-state "$guest/kernel.elf"
    expect 3 "is no machine state" "a file that is no state"
    run --load-state "$dir/nowhere"
    expect 3 "cannot read" "a state that is not there"
    run --load-state "$dir/s" -cpu 486
    expect 3 "-cpu does not fit" "a state of another processor"
    "$forkscope" run -kernel "$guest/initrd.cpio" --load-state "$dir/s" </dev/null 2>"$dir/err"
    code=$?
    expect 3 "another kernel" "a state of another kernel"
    run --save-at 5
    expect 2 "--save-state FILE where" "save-at alone"
    run --save-state /nowhere/s --max-insns 10
    expect 4 "cannot write '/nowhere/s'" "a state that cannot be written"
}

$group
[ "$failures" = 0 ] || exit 1
